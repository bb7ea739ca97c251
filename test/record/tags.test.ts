// Which part of the suite a smoke test stands for, and which wanted tags are still without a pass.
import { describe, expect, test } from '@jest/globals';
import type { Smoked } from '../../src/record/entry.ts';
import { narrowing, onlyOf, tagWords, unproven } from '../../src/record/tags.ts';

function smoked(verdict: string, tags?: readonly string[]): Smoked {
  return { kind: 'smoke', verdict, passed: 1, total: 1, ...(tags === undefined ? {} : { tags }) };
}

test.each([
  ['nothing', [], undefined],
  ['all', ['all'], undefined],
  ['all beside another', ['core', 'all'], undefined],
  ['one tag', ['core'], ['core']],
  ['a tag twice', ['core', 'pay', 'core'], ['core', 'pay']],
])('the input tags with %s', (_name, given, told) => {
  expect(narrowing(given)).toEqual(told);
});

test.each([
  [['core'], 'tag core'],
  [['core', 'pay'], 'tags core, pay'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'tags a, b, c, d, e and 2 more'],
])('%j is said as “%s”', (tags, words) => {
  expect(tagWords(tags)).toBe(words);
});

describe('of wanted tags', () => {
  const wanted = ['core', 'pay'];

  test.each([
    ['no smoke test', [], wanted],
    ['a pass of the whole suite', [smoked('pass')], []],
    ['a pass of one of them', [smoked('pass', ['core'])], ['pay']],
    ['a pass of both', [smoked('pass', ['pay', 'core', 'more'])], []],
    ['a pass of each', [smoked('pass', ['pay']), smoked('pass', ['core'])], []],
    ['a pass of others', [smoked('pass', ['front'])], wanted],
    ['a failure of the whole suite', [smoked('fail')], wanted],
    ['a failure since', [smoked('pass'), smoked('fail', ['pay'])], ['pay']],
    ['a pass since the failure', [smoked('fail'), smoked('pass', ['pay', 'core'])], []],
    ['a failure of others since', [smoked('pass'), smoked('fail', ['front'])], []],
    ['a failure since, of more tags than fitted', [smoked('pass'), smoked('fail', ['front', '…'])], wanted],
    ['a pass of more tags than fitted', [smoked('pass', ['core', '…'])], ['pay']],
    ['a run since that settled nothing', [smoked('pass'), smoked('unreachable')], []],
  ])('%s', (_name, results, missing) => {
    expect(unproven(wanted, results)).toEqual(missing);
  });

  test.each([
    ['a pass of the whole suite', [smoked('pass')], []],
    ['passes of tags', [smoked('pass', ['core']), smoked('pass', ['pay'])], ['all']],
    ['a failure of a tag since', [smoked('pass'), smoked('fail', ['core'])], ['all']],
  ])('`all` is the whole suite: %s', (_name, results, missing) => {
    expect(unproven(['all'], results)).toEqual(missing);
  });
});

test.each([
  ['nothing', [], undefined],
  ['one of a tag', [{ tags: ['core'] }], ['core']],
  ['some of tags', [{ tags: ['core'] }, { tags: ['pay', 'core'] }], ['core', 'pay']],
  ['one of the whole suite among them', [{ tags: ['core'] }, {}], undefined],
])('passes that are %s are only of', (_name, passes, tags) => {
  expect(onlyOf(passes)).toEqual(tags);
});
