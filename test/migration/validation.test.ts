// What is expected of the data around a migration, and whether it holds.
import { describe, expect, test } from '@jest/globals';
import { alone, isExpectation, queryOf, validated } from '../../src/migration/validation.ts';

const asked = (expectation: string, sql = 'select 1') => ({ id: 'kept', sql, expect: expectation });

describe('validated', () => {
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['unchanged', '10', '10', true],
    ['unchanged', '10', '9', false],
    ['not-lower', '10', '9', false],
    ['not-lower', '10', '10', true],
    ['not-lower', '10', '11', true],
    ['within 10 %', '100', '89', false],
    ['within 10 %', '100', '90', true],
    ['within 10 %', '100', '111', false],
    ['no rows', '1', undefined, true],
    ['no rows', undefined, '1', false],
    ['equals 0', '7', '0', true],
    ['equals 0', '0', '1', false],
    ['equals 0', '0', undefined, false],
  ])('%s: %j before and %j after is %s', (expectation, before, after, ok) => {
    expect(validated(asked(expectation), before, after).ok).toBe(ok);
  });

  test.each<[string, string | undefined, string | undefined, boolean, string]>([
    [
      'the same',
      '{"id":"2 5","note":"2 9"}',
      '{"id":"2 5","note":"2 9"}',
      true,
      '2 rows with the same values in id, note',
    ],
    ['a value', '{"id":"2 5","note":"2 9"}', '{"id":"2 5","note":"2 8"}', false, 'other values in note of 2 rows'],
    ['a row', '{"id":"2 5"}', '{"id":"3 5"}', false, '2 rows before, 3 after, expected the same rows'],
    [
      'a column',
      '{"id":"2 5","note":"2 9"}',
      '{"id":"2 5","gift":"2 1"}',
      true,
      '2 rows with the same values in id; not compared: note, gift',
    ],
    [
      'all columns',
      '{"a":"2 5"}',
      '{"b":"2 5"}',
      false,
      'no column is there before and after: nothing can be compared',
    ],
    ['nothing', '{}', '{}', true, 'no rows before and after'],
  ])('checksums: %s differs', (_what, before, after, ok, told) => {
    expect(validated(asked('checksums'), before, after)).toEqual({ id: 'kept', ok, told });
  });
});

test('without a value of before only what judges alone is judged', () => {
  expect(alone(asked('no rows'), '1').ok).toBe(false);
  expect(alone(asked('equals 3'), '4').ok).toBe(false);
  expect(alone(asked('unchanged'), '4')).toMatchObject({
    ok: true,
    told: expect.stringContaining('nothing to compare'),
  });
});

test('the start stands for $start, and checksums wrap the query', () => {
  expect(queryOf(asked('unchanged', 'select count(*) from t where at < $start'), 0)).toBe(
    "select count(*) from t where at < timestamptz '1970-01-01T00:00:00.000Z'",
  );
  expect(queryOf(asked('checksums', 'select * from t;'), 0)).toContain('from (select * from t\n');
});

test.each([
  ['equals 0', true],
  ['checksums', true],
  ['equals', false],
  ['same', false],
])('%s is known: %s', (words, known) => {
  expect(isExpectation(words)).toBe(known);
});
