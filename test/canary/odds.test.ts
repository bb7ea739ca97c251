import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Counts } from '../../src/canary/interval.ts';
import { Odds } from '../../src/canary/odds.ts';

type Poll = readonly [bad: number, total: number, stableBad: number, stableTotal: number];

/** log10 of the odds after each poll. */
function course(before: Counts, polls: readonly Poll[], phi = 1): readonly number[] {
  const odds = new Odds({ '': before });
  return polls.map(([bad, total, stableBad, stableTotal]) => {
    odds.advance({ '': { bad, total } }, { '': { bad: stableBad, total: stableTotal } }, phi);
    return odds.log / Math.LN10;
  });
}

const four = (poll: Poll) => [poll, poll, poll, poll];

describe('the odds', () => {
  test.each([
    ['an equal version', { bad: 10, total: 1000 }, four([1, 100, 9, 900]), 1, [-0.1534, -0.1877, -0.2136, -0.2358]],
    ['a worse version', { bad: 10, total: 1000 }, four([5, 100, 9, 900]), 1, [0.6511, 1.7891, 3.0383, 4.3183]],
    [
      'a worse one whose failures scatter',
      { bad: 10, total: 1000 },
      four([5, 100, 9, 900]),
      4,
      [0.0722, 0.2351, 0.4523, 0.711],
    ],
    [
      'one bad poll, capped',
      { bad: 1, total: 1000 },
      [
        [0, 100, 1, 900],
        [20, 100, 1, 900],
        [0, 100, 1, 900],
      ],
      1,
      [-0.1684, 0.6577, 0.4484],
    ],
    [
      'a poll without the canary',
      { bad: 0, total: 0 },
      [
        [0, 0, 5, 500],
        [0, 10, 5, 500],
      ],
      1,
      [0, -0.1042],
    ],
  ] as const)('have the published values: %s', (_name, before, polls, phi, expected) => {
    const told = course(before, polls, phi);

    for (const [place, value] of expected.entries()) expect(told[place]).toBeCloseTo(value, 4);
  });

  const counts = fc
    .integer({ min: 0, max: 5000 })
    .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
  const poll = fc
    .tuple(counts, counts)
    .map(([[bad, total], [stableBad, stableTotal]]): Poll => [bad, total, stableBad, stableTotal]);

  test('are a number whatever is counted', () => {
    fc.assert(
      fc.property(fc.array(poll, { maxLength: 40 }), fc.double({ min: 1, max: 500, noNaN: true }), (polls, phi) => {
        for (const value of course({ bad: 3, total: 900 }, polls, phi)) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });

  test('never fall when one more request of the newest poll failed', () => {
    fc.assert(
      fc.property(fc.array(poll, { maxLength: 6 }), poll, (before, newest) => {
        const [bad, total, stableBad, stableTotal] = newest;
        fc.pre(bad < total && stableTotal > 0);
        const worse: Poll = [bad + 1, total, stableBad, stableTotal];
        const known = { bad: 9, total: 900 };

        expect(course(known, [...before, worse]).at(-1)).toBeGreaterThanOrEqual(
          (course(known, [...before, newest]).at(-1) ?? 0) - 1e-9,
        );
      }),
    );
  });

  test('of an equal version are on average no more than even, in every poll, whatever stable was thought to be', () => {
    const likely = (n: number, k: number, p: number) => {
      let logged = k * Math.log(p) + (n - k) * Math.log1p(-p);
      for (let i = 1; i <= k; i += 1) logged += Math.log((n - k + i) / i);
      return Math.exp(logged);
    };
    for (const [own, other, p, known] of [
      [5, 45, 0.05, 10],
      [10, 90, 0.02, 0],
      [10, 90, 0.3, 500],
      [20, 20, 0.1, 100],
    ] as const) {
      let mean = 0;
      for (let bad = 0; bad <= own; bad += 1) {
        for (let stableBad = 0; stableBad <= other; stableBad += 1) {
          const [log = 0] = course({ bad: known, total: 1000 }, [[bad, own, stableBad, other]]);
          mean += likely(own, bad, p) * likely(other, stableBad, p) * 10 ** log;
        }
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  test('add up over strata, and do not depend on the order of their names', () => {
    const told = (names: readonly string[]) => {
      const odds = new Odds();
      for (let time = 0; time < 5; time += 1) {
        const canary = Object.fromEntries(names.map((name) => [name, { bad: name.length, total: 100 }]));
        const stable = Object.fromEntries(names.map((name) => [name, { bad: 2 * name.length, total: 900 }]));
        odds.advance(canary, stable, 1);
      }
      return odds.log;
    };

    expect(told(['a', 'bbb'])).toBeCloseTo(told(['bbb', 'a']), 9);
    expect(told(['a', 'bbb'])).toBeGreaterThan(told(['a']));
  });

  test('are not fooled by a share of traffic that never fails, where it is a stratum of its own', () => {
    const own = { probes: { bad: 0, total: 0 }, people: { bad: 10, total: 1000 } };
    const other = { probes: { bad: 0, total: 6000 }, people: { bad: 90, total: 9000 } };
    const whole = new Odds();
    const parted = new Odds();
    for (let time = 0; time < 30; time += 1) {
      whole.advance({ '': { bad: 10, total: 1000 } }, { '': { bad: 90, total: 15_000 } }, 1);
      parted.advance(own, other, 1);
    }

    expect(whole.log).toBeGreaterThan(Math.log(100));
    expect(parted.log).toBeLessThan(0);
  });

  test('neither overflow with strong polls nor go blind after days of healthy ones', () => {
    const strong = course(
      { bad: 1, total: 1000 },
      Array.from({ length: 2000 }, (): Poll => [50, 100, 0, 900]),
    );
    const late = course({ bad: 1, total: 1000 }, [
      ...Array.from({ length: 16_000 }, (): Poll => [1, 100, 9, 900]),
      ...Array.from({ length: 12 }, (): Poll => [51, 100, 9, 900]),
    ]);

    expect(strong.at(-1)).toBeGreaterThan(1000);
    expect(late.at(-1)).toBeGreaterThan(2);
  });
});
