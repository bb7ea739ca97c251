// The small pictures of delivery figures: the badge's colour by what was attained, and blocks for a row of months.
import { describe, expect, test } from '@jest/globals';
import { badgeOf, sparkline } from '../../../src/checklist/delivery/picture.ts';

describe('the badge of a figure', () => {
  test.each([
    ['met', '6 h', 'brightgreen'],
    ['acceptable', '2 d', 'yellow'],
    ['missed', '9 d', 'red'],
    ['too few', '6 h', 'lightgrey'],
    ['no target', '6 h', 'blue'],
    ['not readable', '6 h', 'blue'],
    ['met', '–', 'lightgrey'],
    ['missed', '–', 'lightgrey'],
  ] as const)('%s, “%s”: %s', (attained, message, color) => {
    expect(badgeOf('lead time', message, attained)).toEqual({ schemaVersion: 1, label: 'lead time', message, color });
  });

  test('is JSON that keeps quotes, signs and line breaks of a name as they are', () => {
    const badge = badgeOf('rate, "hot\nfix" <b>é', '8.3 %, 1 of 12', 'met');

    expect(JSON.parse(JSON.stringify(badge))).toEqual(badge);
  });
});

describe('a row of numbers as blocks', () => {
  test.each<[readonly (number | undefined)[], string]>([
    [[], ''],
    [[undefined, undefined], ''],
    [[0, 0], '▁▁'],
    [[0, 1, 2], '▁▅█'],
    [[1, undefined, 1], '█·█'],
  ])('%j: “%s”', (values, blocks) => {
    expect(sparkline(values)).toBe(blocks);
  });
});
