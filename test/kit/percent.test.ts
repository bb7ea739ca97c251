import { describe, expect, test } from '@jest/globals';
import { formatPercent, formatPoints, parsePercent, parsePoints } from '../../src/kit/percent.ts';

describe('percentages', () => {
  test.each([
    ['80 %', 0.8],
    ['0.1%', 0.001],
    ['100 %', 1],
  ])('reads %s as %d', (text, value) => {
    expect(parsePercent(text)).toBe(value);
  });

  test.each(['80', '1pp', '%', '1,5 %'])('does not take “%s” for a percentage', (text) => {
    expect(parsePercent(text)).toBeUndefined();
  });

  test('reads percentage points apart from percentages', () => {
    expect([parsePoints('0.25pp'), parsePoints('1 pp'), parsePoints('1 %')]).toEqual([0.0025, 0.01, undefined]);
  });

  test('writes what people read', () => {
    expect([
      formatPercent(0.0012),
      formatPercent(0.25),
      formatPercent(0.041),
      formatPoints(0.004),
      formatPoints(-0.01),
    ]).toEqual(['0.12 %', '25 %', '4.1 %', '+0.4 pp', '-1 pp']);
  });
});
