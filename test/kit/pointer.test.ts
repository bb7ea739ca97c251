import { describe, expect, test } from '@jest/globals';
import { valueAt } from '../../src/kit/pointer.ts';
import { namesIn, withVariables } from '../../src/kit/variable.ts';

describe('a value in a document', () => {
  test.each([
    ['', { a: [{ 'b/c': 1 }] }],
    ['/a/0/b~1c', 1],
    ['a.0', { 'b/c': 1 }],
  ])('is found at “%s”', (path, value) => {
    expect(valueAt({ a: [{ 'b/c': 1 }] }, path)).toEqual({ kind: 'found', value });
  });

  test.each([
    ['/a/1', '1'],
    ['/a/01', '01'],
    ['/toString', 'toString'],
    ['a.b.c', 'b'],
  ])('is not there at “%s”', (path, at) => {
    expect(valueAt({ a: [0] }, path)).toEqual({ kind: 'nothing', at });
  });
});

describe('variables of the policy', () => {
  const read = (name: string) => ({ A: 'one', B: 'two' })[name];

  test('are filled in at any depth, other texts and values stay', () => {
    expect(
      withVariables({ url: '${A}/x', list: ['${B}', 3], deep: { ok: true, cost: '$5 {B}' } }, read, 'traffic'),
    ).toEqual({
      url: 'one/x',
      list: ['two', 3],
      deep: { ok: true, cost: '$5 {B}' },
    });
    expect(namesIn(['${A}${B}'])).toEqual(['A', 'B']);
  });

  test('that are not set are all named', () => {
    expect(() => withVariables(['${A}', '${C}', '${D}'], read, 'traffic')).toThrow(
      '${C}, ${D}, which are not set (traffic)',
    );
  });
});
