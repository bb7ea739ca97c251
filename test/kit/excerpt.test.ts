// Excerpts: as many characters as asked for with the mark, and whole letters.
import { expect, test } from '@jest/globals';
import { clipped, clippedBefore } from '../../src/kit/excerpt.ts';

test.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['', 5, ''],
  ['abc😀', 5, 'abc😀'],
  ['abc😀d', 5, 'abc…'],
  ['ab😀de', 5, 'ab😀…'],
])('the beginning of %j in %d characters is %j', (text, longest, excerpt) => {
  expect(clipped(text, longest)).toBe(excerpt);
});

test.each([
  ['longer', 0, 'longer'],
  ['longer', 2, '…nger'],
  ['a😀b', 1, '…😀b'],
  ['a😀b', 2, '…b'],
])('%j from %d on is %j', (text, place, excerpt) => {
  expect(clippedBefore(text, place)).toBe(excerpt);
});
