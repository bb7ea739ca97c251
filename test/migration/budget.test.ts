// Limits and validations: below, at, above.
import { describe, expect, test } from '@jest/globals';
import { backupOf, backupWords } from '../../src/migration/backup.ts';
import { defaultLimits, overBudget, totalOf } from '../../src/migration/budget.ts';
import { isExpectation, queryOf, validated } from '../../src/migration/validation.ts';

describe('overBudget', () => {
  const figures = { durationMs: 1, rows: 1, lockMs: 1, blockedMs: 1 };

  test.each([
    [{ durationMs: 299_999 }, []],
    [{ durationMs: 300_000 }, []],
    [{ durationMs: 300_001 }, ['the migration took 5 min, at most 5 min is allowed']],
    [{ blockedMs: 9_999 }, []],
    [{ blockedMs: 10_000 }, []],
    [{ blockedMs: 12_000 }, ['a session waited for us 12 s, at most 10 s is allowed']],
    [{ lockMs: 60_000 }, []],
  ])('%j', (over, expected) => {
    expect(overBudget({ ...figures, ...over }, defaultLimits)).toEqual(expected);
  });

  test('durations and rows add up, of locks and waits the longest counts, and what one step does not tell is not told', () => {
    const other = { durationMs: 2, rows: 3, lockMs: 5, blockedMs: 0 };

    expect(totalOf([figures, other])).toEqual({ durationMs: 3, rows: 4, lockMs: 5, blockedMs: 1 });
    expect(totalOf([figures, { ...other, rows: undefined }]).rows).toBeUndefined();
  });
});

describe('validated', () => {
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['unchanged', '10', '10', true],
    ['unchanged', '10', '11', false],
    ['unchanged', undefined, undefined, true],
    ['unchanged', '10', undefined, false],
    ['not-lower', '10', '9', false],
    ['not-lower', '10', '10', true],
    ['not-lower', '10', '11', true],
    ['not-lower', '10', 'many', false],
    ['not-lower', undefined, '3', false],
    ['no rows', '1', undefined, true],
    ['no rows', undefined, '1', false],
    ['within 1 %', '100', '99', true],
    ['within 1 %', '100', '101', true],
    ['within 1 %', '100', '98.9', false],
    ['within 1 %', '0', '1', false],
  ])('%s: %p before, %p after is %s', (expect_, before, after, ok) => {
    expect(validated({ id: 'v', sql: '', expect: expect_ }, before, after).ok).toBe(ok);
  });

  test('knows its words', () => {
    expect(['unchanged', 'not-lower', 'no rows', 'within 0.5%'].every(isExpectation)).toBe(true);
    expect(['', 'same', 'within a bit'].some(isExpectation)).toBe(false);
  });

  test('puts the start of the run in the place of $start', () => {
    expect(
      queryOf({ id: 'v', sql: 'select 1 where at < $start', expect: 'unchanged' }, Date.UTC(2026, 10, 17, 10)),
    ).toBe("select 1 where at < timestamptz '2026-11-17T10:00:00.000Z'");
  });
});

describe('backupOf', () => {
  const reply = (stdout: string, code = 0, timedOut = false) => backupOf({ code, stdout, timedOut });

  test.each([
    [reply('{}'), 'it printed no JSON object with "location"'],
    [reply('ok'), 'it printed no JSON object with "location"'],
    [reply('{"location": "s3://b"}'), 'it named neither "bytes" nor a "snapshot"'],
    [reply('{"location": "s3://b", "bytes": 0}'), 'it printed no JSON object with "location"'],
    [reply('{"location": "s3://b", "bytes": 1}', 3), 'it ended with code 3'],
    [reply('', 1, true), 'it did not end in time'],
  ])('%p is no proof', (said, expected) => {
    expect(said).toBe(expected);
  });

  test('is the object at the end, over several lines too', () => {
    const backup = reply('{\n"location": "rds",\n"snapshot": "snap-1"\n}');

    expect(typeof backup === 'string' ? backup : backupWords(backup)).toBe('rds, snap-1');
  });
});
