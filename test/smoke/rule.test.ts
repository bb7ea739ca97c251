// Every word of a rule and its negation: for a value of which it holds, one of which it does not, one of which it makes no sense, and none.
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadLibraries } from '../../src/smoke/library.ts';
import { unmet } from '../../src/smoke/rule.ts';
import { rule } from '../../src/smoke/shape/leaf.ts';

await loadLibraries();

const value = (one: unknown) => ({ kind: 'found', value: one }) as const;
const none = { kind: 'nothing' } as const;

/** Whether nothing is unmet. */
function holds(text: string, got: Parameters<typeof unmet>[1]): boolean {
  return unmet(rule.parse(parse(text)), got).length === 0;
}

describe('a word', () => {
  test.each<[string, readonly unknown[], readonly unknown[], readonly unknown[]]>([
    ['equals: 5', [5], [6, '5', null, [5]], []],
    [
      'equals: {a: [1, {b: 2}]}',
      [{ a: [1, { b: 2 }] }],
      [{ a: [1, { b: 2, c: 3 }] }, { a: [{ b: 2 }, 1] }, {}, []],
      [],
    ],
    ['equals: [1, 2]', [[1, 2]], [[2, 1], [1, 2, 3], [1], { 0: 1, 1: 2 }, '1,2'], []],
    ['equals: {}', [{}], [[], { a: 1 }], []],
    ['type: string', ['', 'a'], [1, null, [], {}], []],
    ['type: number', [0, -1.5], ['1', true], []],
    ['type: boolean', [true, false], ['true', 0], []],
    ['type: list', [[], [1]], [{}, 'a', null], []],
    ['type: map', [{}], [[], null, 'a'], []],
    ['type: "null"', [null], [{}, [], 'null', 0], []],
    ['contains: ab', ['xaby', ['ab'], { ab: 1 }], ['ba', ['abc'], { abc: 1 }, [], ''], [5, null, true]],
    ['contains: 5', ['15', [5]], [['5'], '1', { 5: 1 }], [5]],
    ['contains: toString', ['toString'], [{}], []],
    ['starts_with: ab', ['abc', 'ab'], ['xab', ''], [['ab'], 5, null]],
    ['ends_with: ab', ['xab', 'ab'], ['abx', ''], [['ab'], 5, null]],
    ['one_of: [1, b, null]', [1, 'b', null], ['1', 2, [1]], []],
    ['matches: "^a+$"', ['aa'], ['ab', ''], [5, ['aa'], null]],
    ['count: 2', [[1, 2], 'ab'], [[1], '', []], [2, { a: 1, b: 2 }, null]],
    ['count: {gte: 1, lt: 3}', [[1], [1, 2]], [[], [1, 2, 3]], [1]],
    ['lt: 5', [4.9, '4', '-1'], [5, '5', 6], ['a', '', null, [1], true, '1e3']],
    ['lte: 5', [5, '5.0', 4], [5.1], ['a', null]],
    ['gt: 5', [5.1, '6'], [5, '5', 4], ['a', null]],
    ['gte: 5', [5, '5', 6], [4.9], ['five', null]],
    ['exists: true', [null, '', 0, false], [], []],
    ['exists: false', [], [null, '', 0, false], []],
  ])('%s', (word, well, badly, senseless) => {
    for (const one of well) {
      expect([one, holds(`{${word}}`, value(one))]).toEqual([one, true]);
      expect([one, 'not', holds(`{not: {${word}}}`, value(one))]).toEqual([one, 'not', false]);
    }
    for (const one of badly) {
      expect([one, holds(`{${word}}`, value(one))]).toEqual([one, false]);
      expect([one, 'not', holds(`{not: {${word}}}`, value(one))]).toEqual([one, 'not', true]);
    }
    for (const one of senseless) {
      expect([one, holds(`{${word}}`, value(one))]).toEqual([one, false]);
      expect([one, 'not', holds(`{not: {${word}}}`, value(one))]).toEqual([one, 'not', false]);
    }
    // Where nothing is, nothing but its absence holds, negated or not.
    const absent = word === 'exists: false';
    expect(holds(`{${word}}`, none)).toBe(absent);
    expect(holds(`{not: {${word}}}`, none)).toBe(word === 'exists: true');
  });
});

describe('several words', () => {
  test.each([
    ['{contains: a, contains_not: b}', undefined],
    ['{starts_with: a, ends_with: z, not: {contains: x}}', 'abz'],
  ])('%s must all hold', (text, well) => {
    if (well === undefined) expect(rule.safeParse(parse(text)).success).toBe(false);
    else {
      expect(holds(text, value(well))).toBe(true);
      for (const one of ['bz', 'ab', 'axz']) expect(holds(text, value(one))).toBe(false);
    }
  });

  test('of a negation must each not hold', () => {
    const text = '{not: {contains: error, starts_with: "<"}}';

    expect(['fine', 'an error', '<p>', '<error>'].map((one) => holds(text, value(one)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('are told each by itself, negated ones as such', () => {
    const wrong = unmet(rule.parse({ contains: 'a', starts_with: 'b', not: { ends_with: 'z' } }), value('xyz'));

    expect(wrong).toEqual(['contains "a"', 'starts with "b"', 'not ends with "z"']);
  });
});

test.each([5, 'a', true, null])('a plain %j is the value itself, in its type', (plain) => {
  expect(unmet(plain, value(plain))).toEqual([]);
  expect(unmet(plain, value([plain]))).toHaveLength(1);
  expect(unmet(plain, none)).toHaveLength(1);
  expect(rule.safeParse(plain).success).toBe(true);
});
