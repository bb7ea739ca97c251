import { describe, expect, test } from '@jest/globals';
import { Poller, type Reading } from '../../src/canary/poller.ts';
import type { Measure } from '../../src/policy/measure.ts';

const errors: Measure = {
  metric: 'error-rate',
  source: 'main',
  kind: 'ratio',
  part: 'bad',
  count: 'bad {{side}}',
  total: 'total {{side}}',
};

function aPoller(answers: (query: string) => Reading, measures: readonly Measure[] = [errors]) {
  const asked: string[] = [];
  const poller = new Poller({
    measures,
    sources: [{ name: 'main', provider: 'prometheus', options: { prometheus: 'http://p' } }],
    sides: { stable: 'blue', canary: 'green' },
    versions: { canary: 'v2', stable: 'v1' },
    leg: '',
    open: (provider) => ({
      read: async (query) => {
        asked.push(`${provider}: ${query}`);
        return answers(query);
      },
    }),
    health: undefined,
  });
  const poll = (at: number) => poller.poll({ at, stage: 'ten', warm: true, sinceMs: at });
  return { poll, asked };
}

const is = (value: number): Reading => ({ kind: 'value', value });
const none: Reading = { kind: 'no-data', because: 'no series' };

describe('the poller', () => {
  test('asks both arms and differences their counters between polls', async () => {
    let total = 100;
    const { poll, asked } = aPoller((query) => is(query.startsWith('bad') ? 1 : total));

    const first = await poll(1000);
    total = 160;
    const second = await poll(2000);

    expect(asked.slice(0, 4).sort()).toEqual([
      'prometheus: bad blue',
      'prometheus: bad green',
      'prometheus: total blue',
      'prometheus: total green',
    ]);
    expect(first.samples['error-rate']?.canary).toEqual({ kind: 'counts', bad: 0, total: 0 });
    expect(second.samples['error-rate']?.stable).toEqual({ kind: 'counts', bad: 0, total: 60 });
  });

  test('takes no series of bad requests beside counted ones for none', async () => {
    let total = 0;
    const { poll } = aPoller((query) => (query.startsWith('bad') ? none : is(total)));

    await poll(1000);
    total = 40;

    expect((await poll(2000)).samples['error-rate']?.canary).toEqual({ kind: 'counts', bad: 0, total: 40 });
  });

  test.each([
    ['a total without series', 'bad', none, { kind: 'no-data', because: 'no series' }],
    ['good requests without series', 'good', none, { kind: 'no-data', because: 'no series' }],
    ['an infinite counter', 'bad', is(Number.POSITIVE_INFINITY), { kind: 'error' }],
  ] as const)('tells nothing from %s', async (_name, part, strange, expected) => {
    const { poll } = aPoller(
      (query) => (query.startsWith(part === 'good' ? 'bad' : 'total') ? strange : is(1)),
      [{ ...errors, part }],
    );

    expect((await poll(1000)).samples['error-rate']?.canary).toMatchObject(expected);
  });

  test('counts the rest of good requests as bad', async () => {
    let total = 0;
    const { poll } = aPoller(
      (query) => is(query.startsWith('bad') ? total * 0.9 : total),
      [{ ...errors, part: 'good' }],
    );

    await poll(1000);
    total = 100;

    expect((await poll(2000)).samples['error-rate']?.canary).toEqual({ kind: 'counts', bad: 10, total: 100 });
  });

  test('brings values to the unit of the limits, infinite ones to the largest number', async () => {
    const latency: Measure = { metric: 'p95', source: 'main', kind: 'value', text: 'q {{side}}', scale: 1000 };
    const { poll } = aPoller((query) => is(query === 'q green' ? 0.25 : Number.POSITIVE_INFINITY), [latency]);

    expect((await poll(1000)).samples.p95).toEqual({
      canary: { kind: 'value', value: 250 },
      stable: { kind: 'value', value: Number.MAX_VALUE },
    });
  });

  test('says which source is not there', async () => {
    const { poll } = aPoller(() => is(1), [{ ...errors, source: 'gone' }]);

    expect((await poll(1000)).samples['error-rate']?.canary).toMatchObject({
      kind: 'error',
      because: 'there is no metric source gone',
    });
  });
});
