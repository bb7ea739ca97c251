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
    strata: {},
    open: (provider) => ({
      read: async (query) => {
        asked.push(`${provider}: ${query}`);
        return answers(query);
      },
    }),
    builtIns: [],
  });
  const poll = (at: number) => poller.poll({ at, stage: 'ten', warm: true, sinceMs: at });
  return { poll, asked, poller };
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
      [{ ...errors, part: 'good', rate: 'good' }],
    );

    await poll(1000);
    total = 100;

    expect((await poll(2000)).samples['error-rate']?.canary).toEqual({
      kind: 'counts',
      bad: 10,
      total: 100,
      good: true,
    });
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

describe('strata', () => {
  function aParted(parts: (query: string) => Readonly<Record<string, number>>, can = true) {
    const poller = new Poller({
      measures: [errors],
      sources: [{ name: 'main', provider: 'prometheus', options: { prometheus: 'http://p' } }],
      sides: { stable: 'blue', canary: 'green' },
      versions: { canary: 'v2', stable: 'v1' },
      leg: '',
      strata: { 'error-rate': 'route' },
      open: () => ({
        read: async () => is(1),
        ...(can ? { parts: async (query: string) => ({ kind: 'parts' as const, parts: parts(query) }) } : {}),
      }),
      builtIns: [],
    });
    return (at: number, stage = 'ten') => poller.poll({ at, stage, warm: true, sinceMs: at });
  }

  test('are counted each by itself, and together', async () => {
    let time = 1;
    const poll = aParted((query) => (query.startsWith('bad') ? { pay: time } : { pay: 10 * time, search: 100 * time }));

    await poll(1000);
    time = 3;

    expect((await poll(2000)).samples['error-rate']?.canary).toEqual({
      kind: 'counts',
      bad: 2,
      total: 220,
      strata: { pay: { bad: 2, total: 20 }, search: { bad: 0, total: 200 } },
    });
  });

  test('are told from what cannot be parted, and from what has too many parts', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, place) => [`user-${place}`, 1]));

    expect((await aParted(() => ({}), false)(1000)).samples['error-rate']?.canary).toMatchObject({ kind: 'error' });
    expect((await aParted(() => many)(1000)).samples['error-rate']?.canary).toMatchObject({
      kind: 'error',
      because: expect.stringContaining('more than 100 values of route'),
    });
  });
});

test('the first reading of a stage is its mark: what was counted before the shift had another weight', async () => {
  let total = 100;
  const { poll, poller } = aPoller((query) => is(query.startsWith('bad') ? 0 : total));

  await poll(1000);
  total = 160;
  const shifted = await poller.poll({ at: 2000, stage: 'half', warm: true, sinceMs: 2000 });
  total = 180;
  const after = await poller.poll({ at: 3000, stage: 'half', warm: true, sinceMs: 3000 });

  expect(shifted.samples['error-rate']?.canary).toEqual({ kind: 'counts', bad: 0, total: 0 });
  expect(after.samples['error-rate']?.canary).toEqual({ kind: 'counts', bad: 0, total: 20 });
});
