// Health and data after a rollback: looked at until sound, and never a pass where nothing answered.
import { describe, expect, test } from '@jest/globals';
import type { Effective } from '../../src/policy/effective.ts';
import { dataOf, healthOf } from '../../src/rollback/soundness.ts';
import { MemoryClock } from '../world/memory/clock.ts';

const url = 'https://shop.example/health';

describe('health', () => {
  test('is waited for while a version warms up', async () => {
    const statuses = [503, 503, 200];
    const http = async () => ({ kind: 'reply' as const, status: statuses.shift() ?? 500 });

    expect(await healthOf({ http, clock: new MemoryClock(0) }, { url, withinMs: 60_000 })).toMatchObject({ ok: true });
  });

  test.each([
    ['never sound', async () => ({ kind: 'reply' as const, status: 503 }), 'answers 503'],
    ['silent', async () => ({ kind: 'failed' as const, because: 'connection refused' }), 'connection refused'],
  ])('%s: says so when its time is over', async (_case, http, words) => {
    const proof = await healthOf({ http, clock: new MemoryClock(0) }, { url, withinMs: 60_000 });

    expect(proof.ok).toBe(false);
    expect(proof.words).toContain(words);
  });

  test('without an address is no pass', async () => {
    const http = async () => ({ kind: 'reply' as const, status: 200 });

    expect(await healthOf({ http, clock: new MemoryClock(0) }, { url: undefined, withinMs: 1 })).toMatchObject({
      ok: false,
    });
  });
});

describe('data', () => {
  const validate = [
    { id: 'no-orphans', sql: 'select 1 from orders where shop is null', expect: 'no rows' },
    { id: 'kept', sql: 'select count(*) from orders', expect: 'unchanged' },
  ];
  const policy = { migrations: { validate } } as unknown as Effective;

  test.each([
    ['sound', async () => undefined, true, '1 of 1'],
    ['orphans', async () => '7', false, 'no-orphans'],
    ['down', () => Promise.reject(new Error('no route')), false, 'no route'],
  ])('%s', async (_case, value, ok, words) => {
    let closed = 0;
    const database = {
      value,
      close: async () => {
        closed += 1;
      },
    };

    const proof = await dataOf(database, policy, 0);

    expect(proof.ok).toBe(ok);
    expect(proof.words).toContain(words);
    expect(closed).toBe(1);
  });
});
