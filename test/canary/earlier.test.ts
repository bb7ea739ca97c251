import { describe, expect, test } from '@jest/globals';
import { earlierMs, whole } from '../../src/canary/earlier.ts';
import { Poller, type Reader, type Reading } from '../../src/canary/poller.ts';
import { recall } from '../../src/canary/recall.ts';
import type { Sample } from '../../src/canary/sample.ts';
import { Trial } from '../../src/canary/trial.ts';
import type { Measure } from '../../src/policy/measure.ts';
import { aLimit, aStage, counts, value } from './example.ts';

const week = 7 * 24 * 3_600_000;
const full = aStage({ id: 'full', weight: 100, weightTo: 100, bakeMs: 300_000, baselineOffsetMs: week });
const now = 30 * 24 * 3_600_000;

const errors: Measure = {
  metric: 'm',
  source: 'main',
  kind: 'ratio',
  part: 'bad',
  count: 'bad {{side}}',
  total: 'all {{side}}',
};
const cpu: Measure = { metric: 'cpu', source: 'main', kind: 'value', text: 'cpu {{side}}', scale: 1 };

/** 10 requests a second to whoever serves; a week ago blue served and failed each hundredth, now green serves and fails `failing`. */
function aReader(failing: number, remembers = true): Reader {
  const read = (query: string, at: number): Reading => {
    const then = at < now - week / 2;
    const [what, side] = query.split(' ');
    if ((side === 'blue') !== then) return { kind: 'no-data', because: `no ${side} at that time` };
    const all = at / 100;
    if (what === 'cpu') return { kind: 'value', value: then ? 0.4 : 0.6 };
    return { kind: 'value', value: what === 'bad' ? all * (then ? 0.01 : failing) : all };
  };
  return {
    read: async (query, at) => read(query, at),
    ...(remembers
      ? {
          range: async (query: string, { from, to, stepMs }: { from: number; to: number; stepMs: number }) => {
            const values = [];
            for (let at = from; at <= to; at += stepMs) {
              const one = read(query, at);
              if (one.kind === 'value') values.push({ at, value: one.value });
            }
            return values.length === 0
              ? ({ kind: 'no-data', because: 'none' } as const)
              : ({ kind: 'values', values } as const);
          },
        }
      : {}),
  };
}

function aPolling(reader: Reader, measures: readonly Measure[] = [errors, cpu]) {
  return {
    measures,
    sources: [{ name: 'main', provider: 'prometheus', options: { prometheus: 'http://p' } }],
    sides: { stable: 'blue', canary: 'green' },
    versions: { canary: 'v2', stable: 'v1' },
    leg: '',
    strata: {},
    open: () => reader,
    builtIns: [],
  };
}

async function bakedWith(failing: number) {
  const poller = new Poller(aPolling(aReader(failing)));
  const setting = {
    stage: full,
    shiftedAt: now,
    everyMs: 10_000,
    alpha: 0.01,
    measured: new Set(['m', 'cpu']),
    required: [],
  };
  const trial = new Trial({
    ...setting,
    compared: [{ metric: 'm', margin: 0.01, minEffect: 0.0025 }],
    limits: [],
    past: {},
  });
  for (let at = now; at <= now + full.bakeMs; at += 10_000) {
    trial.hear(await poller.poll({ at, stage: 'full', warm: true, sinceMs: at - now, earlierMs: earlierMs(full) }));
  }
  return trial.verdict;
}

describe('an earlier time as baseline', () => {
  test('gives the whole service then, whichever side served it', async () => {
    const poller = new Poller(aPolling(aReader(0.01)));
    await poller.poll({ at: now, stage: 'full', warm: true, sinceMs: 0, earlierMs: week });
    const { samples } = await poller.poll({
      at: now + 10_000,
      stage: 'full',
      warm: true,
      sinceMs: 10_000,
      earlierMs: week,
    });

    expect(samples.m?.stable).toMatchObject({ kind: 'counts', total: 100, bad: expect.closeTo(1, 5) });
    expect(samples.cpu).toEqual({ canary: value(0.6), stable: value(0.4) });
  });

  test('counts from the beginning of its stage, however long the walk has lasted', async () => {
    const text = (what: string) => `${what} {{side}} [{{window}}]`;
    const measure: Measure = { ...errors, count: text('bad'), total: text('all') };
    const reader: Reader = {
      ...aReader(0),
      read: async (query) => {
        const seconds = Number(/\[(\d+)s\]/.exec(query)?.[1]);
        return { kind: 'value', value: query.startsWith('all') ? 10 * seconds : 0 };
      },
    };
    const poller = new Poller(aPolling(reader, [measure]));
    const look = async (stage: string, sinceMs: number, offset?: number) =>
      (await poller.poll({ at: now + sinceMs, stage, warm: true, sinceMs, earlierMs: offset })).samples.m;
    await look('half', 600_000);

    expect(await look('full', 610_000, week)).toMatchObject({ canary: { total: 0 }, stable: { total: 0 } });
    // Blue and green both, as nobody says which of them had the users then.
    expect(await look('full', 620_000, week)).toMatchObject({ canary: { total: 100 }, stable: { total: 200 } });
  });

  test('promotes what is no worse than then, and says since when', async () => {
    const verdict = await bakedWith(0.01);

    expect(verdict).toMatchObject({ kind: 'promote', reason: 'no-worse-than-baseline' });
    expect(verdict?.comparison?.earlierMs).toBe(week);
  });

  test('holds what is worse, and never turns it back: all else may have changed since', async () => {
    const verdict = await bakedWith(0.08);

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'suspicious' });
    expect(verdict?.because).toContain(
      'but stable is that of 7 d earlier: all that changed since then may be the cause',
    );
  });

  test('is recalled by the caretaker as it was polled', async () => {
    const told = await recall(aPolling(aReader(0.01)), full, { from: now, to: now + 30_000, stepMs: 10_000 });

    expect(told.kind === 'polls' ? told.polls.at(-1)?.samples.m?.stable : told).toMatchObject({
      kind: 'counts',
      total: expect.closeTo(100, 5),
      bad: expect.closeTo(1, 5),
    });
  });

  test('cannot be asked of a source that knows the present only, nor by the version of that time', async () => {
    const of = async (reader: Reader, measure: Measure) => {
      const poller = new Poller(aPolling(reader, [measure]));
      return (await poller.poll({ at: now, stage: 'full', warm: true, sinceMs: 0, earlierMs: week })).samples.m?.stable;
    };

    expect(await of(aReader(0, false), errors)).toMatchObject({
      kind: 'error',
      because: 'the source main of m knows the present only',
    });
    expect(await of(aReader(0), { ...errors, total: 'all {{version}}' })).toMatchObject({
      kind: 'error',
      because: expect.stringContaining('is asked by {{version}}'),
    });
  });

  test('is none where stable stands beside the new version', () => {
    expect(earlierMs({ ...full, weight: 50 })).toBeUndefined();
    expect(earlierMs({ ...full, baselineOffsetMs: undefined })).toBeUndefined();
  });

  test('excuses no breach: that stable failed then is no incident of both now', () => {
    const setting = {
      stage: full,
      shiftedAt: now,
      everyMs: 10_000,
      alpha: 0.01,
      measured: new Set(['m']),
      required: [],
    };
    const limits = [aLimit({ breach: '> 5 %', severity: 'P1' })];
    const trial = new Trial({ ...setting, compared: [], limits, past: {} });
    const samples = { m: { canary: counts(40, 100), stable: counts(40, 100) } };

    expect(trial.hear({ at: now + 10_000, stage: 'full', warm: true, samples })).toMatchObject({
      kind: 'rollback',
      reason: 'limit:m',
    });
  });
});

describe('both sides of an earlier time', () => {
  const none: Sample = { kind: 'no-data', because: 'no series' };
  const error: Sample = { kind: 'error', because: 'down', remedy: '', retryable: true };
  const parted = (bad: number): Sample => ({ kind: 'counts', bad, total: 10, strata: { pay: { bad, total: 10 } } });

  test.each<readonly [string, readonly Sample[], object]>([
    ['add their counts up', [counts(1, 10), counts(2, 30)], { kind: 'counts', bad: 3, total: 40 }],
    ['by stratum too', [parted(1), parted(2)], { bad: 3, total: 20, strata: { pay: { bad: 3, total: 20 } } }],
    ['are the one that has any', [none, counts(1, 10)], { kind: 'counts', bad: 1, total: 10 }],
    ['are the one value', [value(3), none], { kind: 'value', value: 3 }],
    ['are nothing with two values', [value(3), value(4)], { kind: 'no-data' }],
    ['are nothing without any', [none, none], { kind: 'no-data', because: 'no series' }],
    ['are an error where one is', [counts(1, 10), error], { kind: 'error' }],
  ])('%s', (_name, samples, expected) => {
    expect(whole(samples)).toMatchObject(expected);
  });
});
