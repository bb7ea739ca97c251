import { describe, expect, test } from '@jest/globals';
import type { PollLog } from '../../src/canary/sample.ts';
import { Steady } from '../../src/canary/steady.ts';
import { aPoll, polls, start } from './example.ts';

function steadied(log: PollLog): Steady {
  const steady = new Steady(10_000);
  for (const poll of log) steady.add(poll);
  return steady;
}

describe('steady time', () => {
  test('is the log itself while the clock goes well', () => {
    const log = polls([0, 10, 20, 35], () => ({}));

    expect(steadied(log).log).toEqual(log);
    expect(steadied(log).jumped).toBe(0);
    expect(steadied(log).since(start - 5000)).toBe(40_000);
  });

  test.each([
    ['back', [0, 10, 20, -3600, -3590], -3_620_000],
    ['forward', [0, 10, 20, 7200, 7210], 7_180_000],
  ])('goes on by one interval when the clock jumps %s', (_name, seconds, jumped) => {
    const steady = steadied(polls(seconds, () => ({})));

    expect(steady.log.map(({ at }) => (at - start) / 1000)).toEqual([0, 10, 20, 30, 40]);
    expect(steady.jumped).toBe(jumped);
    expect(steady.since(start)).toBe(40_000);
  });

  test('lets a router take its time between two stages, and counts a stage from its own shift', () => {
    const steady = steadied([aPoll({ at: start, stage: 'five' }), aPoll({ at: start + 900_000 })]);

    expect(steady.jumped).toBe(0);
    expect(steady.since(start + 880_000)).toBe(20_000);
    expect(steadied([]).since(start)).toBe(-1);
  });

  test('of a stage after a jump is not longer for it', () => {
    const before = polls([0, 10, -3600, -3590], () => ({})).map((poll) => ({ ...poll, stage: 'five' }));
    const steady = steadied([...before, ...polls([-3580, -3570], () => ({}))]);

    expect(steady.jumped).toBe(0);
    expect(steady.since(start - 3_582_000)).toBe(12_000);
  });
});
