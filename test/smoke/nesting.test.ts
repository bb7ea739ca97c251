// How deep JSON may nest: below, at and above, and where brackets do not count.
import { describe, expect, test } from '@jest/globals';
import { deepest, nestsTooDeeply } from '../../src/smoke/nesting.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('a text', () => {
  test.each([
    ['one level below the most', nested(deepest - 1), false],
    ['the most', nested(deepest), false],
    ['one level more', nested(deepest + 1), true],
    ['that never closes', '{"a":'.repeat(deepest + 1), true],
    ['with many brackets beside each other', `[${'[],'.repeat(5_000)}[]]`, false],
    ['with brackets in a string', JSON.stringify({ a: '['.repeat(5_000) }), false],
    ['with brackets behind a quote that a backslash takes away', `{"a":"\\"${'['.repeat(5_000)}"}`, false],
    ['with brackets behind a string that ends in a backslash', `["\\\\",${'['.repeat(deepest)}`, true],
  ])('%s', (_, text, tooDeep) => {
    expect(nestsTooDeeply(text)).toBe(tooDeep);
  });
});
