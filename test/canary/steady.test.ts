import { describe, expect, test } from '@jest/globals';
import { elapsedIn, steadied } from '../../src/canary/steady.ts';
import { aPoll, aStage, polls, start } from './example.ts';

const every = 10_000;
const stage = aStage();

describe('steady time', () => {
  test('is the log itself while the clock goes well', () => {
    const log = polls([0, 10, 20, 35], () => ({}));

    expect(steadied(log, every)).toEqual({ log, jumped: 0 });
    expect(steadied(log, every).log).toBe(log);
  });

  test.each([
    ['back', [0, 10, 20, -3600, -3590], -3_620_000],
    ['forward', [0, 10, 20, 7200, 7210], 7_180_000],
  ])('goes on by one interval when the clock jumps %s', (_name, seconds, jumped) => {
    const { log, jumped: told } = steadied(
      polls(seconds, () => ({})),
      every,
    );

    expect(log.map(({ at }) => (at - start) / 1000)).toEqual([0, 10, 20, 30, 40]);
    expect(told).toBe(jumped);
    expect(elapsedIn(log, { stage, shiftedAt: start })).toBe(40_000);
  });

  test('lets a router take its time between two stages', () => {
    const log = [aPoll({ at: start, stage: 'five' }), aPoll({ at: start + 900_000 })];

    expect(steadied(log, every).jumped).toBe(0);
    expect(elapsedIn(log, { stage, shiftedAt: start + 880_000 })).toBe(20_000);
    expect(elapsedIn([], { stage, shiftedAt: start })).toBe(-1);
  });
});
