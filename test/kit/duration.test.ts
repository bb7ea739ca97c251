import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration } from '../../src/kit/duration.ts';

describe('durations', () => {
  test.each([
    ['0s', 0],
    ['5ms', 5],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['14d', 1_209_600_000],
    ['1 month', 2_592_000_000],
    ['3 months', 7_776_000_000],
    ['2 weeks', 1_209_600_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 'm', '-5m', '5 minutes', '5hs', '1h30m', '1e3s', '5M'])(
    'does not take “%s” for a duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [1_300, '1.3 s'],
    [2_000, '2 s'],
    [38_400, '38 s'],
    [59_999, '1 min'],
    [90_000, '1 min 30 s'],
    [300_000, '5 min'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '24 h'],
    [172_800_000, '48 h'],
    [345_600_000, '4 d'],
    [1_299_600_000, '15 d 1 h'],
    [-90_000, '-1 min 30 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
