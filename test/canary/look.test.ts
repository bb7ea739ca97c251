import { expect, test } from '@jest/globals';
import { isLook, looksOf, untilLook, widthOf } from '../../src/canary/look.ts';
import { aStage } from './example.ts';

const once = aStage({ bakeMs: 300_000 });
const extended = aStage({ bakeMs: 300_000, maxBakeMs: 1_200_000 });

test('a stage is looked at once, or four times where it may be extended', () => {
  expect(looksOf(once)).toEqual([300_000]);
  expect(looksOf(extended)).toEqual([300_000, 600_000, 900_000, 1_200_000]);
  expect(looksOf(aStage({ bakeMs: 300_000, maxBakeMs: 300_000 }))).toEqual([300_000]);
  expect([widthOf(once), widthOf(extended)]).toEqual([1.645, 2.07]);
});

test.each([
  [299_000, 299_999, false],
  [299_999, 300_000, true],
  [300_000, 310_000, false],
  [295_000, 310_000, true],
])('a look lies between polls at %d and %d: %s', (before, now, expected) => {
  expect(isLook(extended, before, now)).toBe(expected);
});

test('the time to the next look is told', () => {
  expect([untilLook(extended, 0), untilLook(extended, 310_000), untilLook(extended, 1_200_000)]).toEqual([
    300_000, 290_000, 0,
  ]);
});
