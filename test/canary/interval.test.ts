import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { differenceOf, wilson } from '../../src/canary/interval.ts';

describe('wilson', () => {
  test('gives the published vector: 5 of 100 at z 1.645', () => {
    const { lower, upper } = wilson({ bad: 5, total: 100 }, 1.645);

    expect(lower).toBeCloseTo(0.02455, 5);
    expect(upper).toBeCloseTo(0.09917, 5);
  });

  test('says nothing without a request', () => {
    expect(wilson({ bad: 0, total: 0 })).toEqual({ lower: 0, upper: 1 });
  });

  test('always holds the rate, stays within 0 and 1, and narrows with more requests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, rate) => {
        const bad = Math.round(total * rate);
        const once = wilson({ bad, total });
        const often = wilson({ bad: bad * 10, total: total * 10 });

        expect(once.lower).toBeLessThanOrEqual(bad / total + 1e-12);
        expect(once.upper).toBeGreaterThanOrEqual(bad / total - 1e-12);
        expect(once.lower).toBeGreaterThanOrEqual(0);
        expect(once.upper).toBeLessThanOrEqual(1);
        expect(often.upper - often.lower).toBeLessThan(once.upper - once.lower);
      }),
    );
  });
});

describe('the difference', () => {
  const of = (bad: number, total: number, stableBad: number, stableTotal: number) =>
    differenceOf([{ canary: { bad, total }, stable: { bad: stableBad, total: stableTotal } }], 1.645);

  test.each([
    [5, 100, 9, 900, 0.08934],
    [0, 300, 0, 2700, 0.00894],
  ])('has the published upper bound: %d of %d against %d of %d', (bad, total, stableBad, stableTotal, upper) => {
    expect(of(bad, total, stableBad, stableTotal).upper).toBeCloseTo(upper, 5);
  });

  test('can be anything while one side is empty', () => {
    expect(of(0, 0, 9, 900)).toEqual({ difference: 0, lower: -1, upper: 1 });
  });

  test('of many equal strata is that of one', () => {
    const pair = { canary: { bad: 5, total: 100 }, stable: { bad: 9, total: 900 } };

    expect(differenceOf([pair, pair], 1.645).difference).toBeCloseTo(of(5, 100, 9, 900).difference, 12);
    expect(differenceOf([pair, pair], 1.645).upper).toBeLessThan(of(5, 100, 9, 900).upper);
  });

  test('weighs strata as stable has them, so that another mix is no difference', () => {
    const mixed = [
      { canary: { bad: 0, total: 10 }, stable: { bad: 0, total: 9000 } },
      { canary: { bad: 90, total: 900 }, stable: { bad: 10, total: 100 } },
    ];

    expect(differenceOf(mixed, 1.645).difference).toBeCloseTo(0, 12);
  });
});
