// The data after a rollback: compared with what it answered before the switch, and never a pass where nobody answered.
import { describe, expect, test } from '@jest/globals';
import type { Effective } from '../../src/policy/effective.ts';
import { dataBefore, dataOf } from '../../src/rollback/data.ts';

describe('data', () => {
  interface Row {
    readonly expect: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
    readonly ok: boolean;
  }
  const rows: readonly Row[] = [
    { expect: 'no rows', before: undefined, after: undefined, ok: true },
    { expect: 'no rows', before: undefined, after: '7', ok: false },
    { expect: 'equals 0', before: '3', after: '0', ok: true },
    { expect: 'equals 0', before: '0', after: '1', ok: false },
    { expect: 'unchanged', before: '12', after: '12', ok: true },
    { expect: 'unchanged', before: '12', after: '11', ok: false },
    { expect: 'not-lower', before: '12', after: '11', ok: false },
    { expect: 'not-lower', before: '12', after: '12', ok: true },
    { expect: 'not-lower', before: '12', after: '13', ok: true },
    { expect: 'within 10 %', before: '100', after: '89', ok: false },
    { expect: 'within 10 %', before: '100', after: '90', ok: true },
    { expect: 'within 10 %', before: '100', after: '91', ok: true },
    { expect: 'checksums', before: '{"id":"2 77"}', after: '{"id":"2 77"}', ok: true },
    { expect: 'checksums', before: '{"id":"2 77"}', after: '{"id":"2 78"}', ok: false },
  ];
  const policyOf = (expect: string) =>
    ({ migrations: { validate: [{ id: 'kept', sql: 'select $start', expect }] } }) as unknown as Effective;

  /** Answers once, and counts how often it was closed. */
  function database(value: () => Promise<string | undefined>) {
    const seen = { asked: [] as string[], closed: 0 };
    const port = {
      value: (sql: string) => {
        seen.asked.push(sql);
        return value();
      },
      close: async () => {
        seen.closed += 1;
      },
    };
    return { seen, port };
  }

  test.each(rows)(
    '$expect: $before before the switch, $after after it: $ok',
    async ({ expect: wanted, before, after, ok }) => {
      const policy = policyOf(wanted);
      const [one, other] = [database(async () => before), database(async () => after)];

      const told = await dataBefore(one.port, policy, Date.UTC(2026, 0, 1));
      const proof = await dataOf(other.port, policy, { ...told, moved: true });

      expect(proof.ok).toBe(ok);
      expect(proof.words).toContain(ok ? '1 of 1 sound' : 'kept');
      // The same instant in both questions: what is written meanwhile does not count.
      expect(other.seen.asked).toEqual(one.seen.asked);
      expect(other.seen.asked.join()).toContain('2026-01-01T00:00:00.000Z');
      expect([one.seen.closed, other.seen.closed]).toEqual([1, 1]);
    },
  );

  test('a value of before that could not be asked is no pass, but for what needs none', async () => {
    const down = () => Promise.reject(new Error('no route'));
    const prove = async (wanted: string) => {
      const told = await dataBefore(database(down).port, policyOf(wanted), 0);
      return dataOf(database(async () => '0').port, policyOf(wanted), { ...told, moved: true });
    };

    expect(await prove('unchanged')).toMatchObject({ ok: false, words: expect.stringContaining('before the switch') });
    expect(await prove('equals 0')).toMatchObject({ ok: true });
  });

  test('where nothing was moved there is nothing to compare with', async () => {
    const none = { at: 0, values: new Map<string, string>(), moved: false };

    expect(await dataOf(database(async () => '5').port, policyOf('unchanged'), none)).toMatchObject({ ok: true });
    expect(await dataOf(database(async () => '5').port, policyOf('no rows'), none)).toMatchObject({ ok: false });
  });

  test('a database that does not answer is no pass', async () => {
    const { port, seen } = database(() => Promise.reject(new Error('no route')));

    const proof = await dataOf(port, policyOf('no rows'), { at: 0, values: new Map(), moved: true });

    expect(proof).toMatchObject({ ok: false, words: expect.stringContaining('no route') });
    expect(seen.closed).toBe(1);
  });
});
