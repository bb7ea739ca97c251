import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wilson } from '../../src/canary/interval.ts';

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
