import { describe, expect, test } from '@jest/globals';
import { exhibitsOf } from '../../src/canary/exhibit.ts';
import { figuresOf } from '../../src/canary/figures.ts';
import { observedShare } from '../../src/canary/observed.ts';
import type { Poll, Samples } from '../../src/canary/sample.ts';
import { Trial } from '../../src/canary/trial.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aLimit, aStage, counts, start, value } from './example.ts';

const limits = [
  aLimit({ metric: 'errors', breach: '> 50 %', id: 'errors-breach' }),
  aLimit({ metric: 'p95', breach: '> 500ms', id: 'p95-breach' }),
  aLimit({ metric: 'pods-ready', continue: 'all', id: 'pods' }),
];

function aTrial(polled: readonly Samples[], over: { readonly weight?: number; readonly warmupMs?: number } = {}) {
  const stage = aStage({ bakeMs: 240_000, ...over, weightTo: over.weight ?? 10 });
  const names = new Set(polled.flatMap((samples) => Object.keys(samples)));
  const compared = [{ metric: 'errors', margin: 0.01, minEffect: 0.0025 }];
  const trial = new Trial({
    stage,
    shiftedAt: start,
    everyMs: 10_000,
    alpha: 0.01,
    compared,
    measured: names,
    required: [],
    limits,
    past: {},
  });
  for (const [place, samples] of polled.entries()) {
    const at = start + place * 10_000;
    const poll: Poll = { at, stage: 'ten', warm: at - start > stage.warmupMs || stage.warmupMs === 0, samples };
    trial.hear(poll);
  }
  return trial;
}

const well: Samples = {
  errors: { canary: counts(1, 100), stable: counts(9, 900) },
  p95: { canary: value(250), stable: value(200) },
  'pods-ready': { canary: { kind: 'value', value: 1, said: '4 of 4 pods ready' } },
  queue: { canary: value(7) },
  health: { canary: value(1) },
};
const queries = (metric: string) => (metric === 'pods-ready' ? [] : [`ask ${metric}`]);
const told = (trial: Trial) =>
  exhibitsOf(trial, queries).map(({ heading, lines, table }) => ({
    heading,
    text: lines.map(plain).join('\n'),
    table,
  }));

describe('the exhibits of a stage', () => {
  test('show every metric that may decide, those of limits alone too, in the order of what decides', () => {
    const shown = told(aTrial(Array.from({ length: 24 }, () => well)));

    expect(shown.map(({ heading }) => heading)).toEqual([
      'errors, canary and stable, ten 10 %',
      'p95, canary and stable, ten 10 %',
      'pods-ready, canary, ten 10 %',
      'queue, ten 10 %',
    ]);
    for (const { text } of shown) expect(text).toMatch(/[▁▂▃▄▅▆▇█]{12}/);
  });

  test('say of each what it decides by, and how it was asked', () => {
    const [errors, p95, pods, queue] = told(aTrial(Array.from({ length: 24 }, () => well)));

    expect(errors?.text).toContain('of 24 000 requests the canary got 10 % (9.6 % to 10.4 %), its weight is 10 %');
    expect(errors?.text).toContain('limit errors-breach, not > 50 % (P1, rollback): not breached\nquery ask errors');
    expect(p95?.text).toBe(
      '████████████ canary, always 250 ms\n▇▇▇▇▇▇▇▇▇▇▇▇ stable, always 200 ms\nnot compared: its limits decide\nlimit p95-breach, not > 500ms (P1, rollback): not breached\nquery ask p95',
    );
    expect(pods?.text).toContain('limit pods, all: holds\nasked without a query: this action finds it by itself');
    expect(queue?.text).toContain('only shown: no limit and no comparison is on it');
  });

  test('have one row a part with both versions, the warm-up marked, and no table of a number that never moved', () => {
    const polled = Array.from({ length: 6 }, (_, place) => ({
      ...well,
      p95: { canary: value(200 + place), stable: value(200) },
    }));
    const [errors, p95] = told(aTrial(polled, { warmupMs: 20_000 }));

    expect(errors?.table).toEqual([]);
    expect(p95?.table).toEqual([
      ['Until (UTC)', 'Canary', 'Stable'],
      ['01:00:00 (warm-up)', '200 ms', '200 ms'],
      ['01:00:10 (warm-up)', '201 ms', '200 ms'],
      ['01:00:20 (warm-up)', '202 ms', '200 ms'],
      ['01:00:30', '203 ms', '200 ms'],
      ['01:00:40', '204 ms', '200 ms'],
      ['01:00:50', '205 ms', '200 ms'],
    ]);
  });

  test('say when numbers were missing, how often, and why', () => {
    const error = { kind: 'error', because: 'answered 503', remedy: 'Look.', retryable: true } as const;
    const polled = [
      well,
      well,
      { ...well, p95: { canary: error, stable: value(200) } },
      { ...well, p95: { canary: error } },
    ];
    const p95 = told(aTrial(polled))[1];

    expect(p95?.text).toContain('██·· canary, always 250 ms');
    expect(p95?.text).toContain('2 of 4 polls had no number of canary, the last at 01:00:30: answered 503');
    expect(p95?.table.at(-1)).toEqual(['01:00:30', 'error', '–']);
  });
});

describe('the observed share', () => {
  const mixed = (canary: number, stable: number): Samples => ({
    other: { canary: counts(0, 5), stable: counts(0, 5) },
    errors: { canary: counts(0, canary), stable: counts(0, stable) },
  });

  test('is that of the requests since the warm-up, by the compared metric, beside the weight that was set', () => {
    const trial = aTrial([mixed(900, 100), ...Array.from({ length: 4 }, () => mixed(33, 67))], {
      warmupMs: 5_000,
      weight: 30,
    });

    expect(observedShare(trial)).toMatchObject({
      metric: 'errors',
      canary: 132,
      stable: 268,
      share: 0.33,
      weight: { from: 30, to: 30 },
      interval: { lower: expect.closeTo(0.286, 3), upper: expect.closeTo(0.3775, 4) },
    });
    expect(figuresOf(trial.verdict, observedShare(trial))).toContain('132 / 268 requests, share 33 % (set 30 %)');
  });

  test('is none where one version has everybody, or nobody was counted', () => {
    expect(observedShare(aTrial([mixed(10, 0)], { weight: 100 }))).toBeUndefined();
    expect(observedShare(aTrial([{ errors: { canary: counts(0, 0), stable: counts(0, 0) } }]))).toBeUndefined();
    expect(observedShare(aTrial([{ p95: { canary: value(1), stable: value(1) } }]))).toBeUndefined();
  });
});
