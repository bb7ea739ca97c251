// Health after a rollback: looked at until sound, and never a pass where nothing answered.
import { describe, expect, test } from '@jest/globals';
import { healthOf } from '../../src/rollback/soundness.ts';
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
