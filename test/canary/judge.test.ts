import { describe, expect, test } from '@jest/globals';
import type { Comparison, Heard } from '../../src/canary/comparison.ts';
import { type Hearing, judge } from '../../src/canary/judge.ts';
import type { Sample } from '../../src/canary/sample.ts';
import { aLimit, aStage, counts, polls, start, value } from './example.ts';

const goesOn = aLimit({ continue: '< 1 %' });
const breach = aLimit({ breach: '> 5 %' });
const well = { canary: counts(0, 100), stable: counts(0, 900) };
const bad = { canary: counts(40, 100), stable: counts(0, 900) };

function hearing(
  over: Partial<Hearing> & { readonly seconds?: readonly number[]; readonly arms?: (s: number) => object },
): Hearing {
  const { seconds = [0, 20, 40, 60], arms = () => well, ...rest } = over;
  const log = polls(seconds, arms);
  return {
    log,
    stage: aStage(),
    limits: [goesOn, breach],
    measured: new Set(['m', 'health']),
    required: [],
    heard: undefined,
    jumped: 0,
    elapsed: (log.at(-1)?.at ?? start) - start,
    now: log.at(-1)?.at ?? start,
    before: undefined,
    ...rest,
  };
}

const told: Comparison = {
  kind: 'no-worse',
  metric: 'm',
  odds: 1,
  needed: 0,
  because: 'told',
  lack: '',
  metrics: [],
};
const heard = (over: Partial<Comparison> = {}): Heard => ({
  comparison: { ...told, ...over },
  share: undefined,
  look: true,
  weights: {},
});
const dead: Sample = { kind: 'error', because: '503', remedy: '', retryable: true };

describe('the decision table', () => {
  test.each([
    ['bakes before the end', { seconds: [0, 59] }, 'baking', 'baking'],
    ['promotes at the end', { seconds: [0, 60] }, 'promote', 'limits-held'],
    ['rolls back on a breach at once', { seconds: [0, 10], arms: () => bad }, 'rollback', 'limit:m'],
    [
      'holds a breach that only holds',
      { limits: [goesOn, aLimit({ breach: '> 5 %', action: 'hold' })], arms: () => bad },
      'hold',
      'limit:m',
    ],
    [
      'keeps baking while a hold has time left',
      { stage: aStage({ maxBakeMs: 120_000 }), limits: [aLimit({ breach: '> 5 %', action: 'hold' })], arms: () => bad },
      'baking',
      'limit:m',
    ],
    [
      'does not stop for a page',
      {
        limits: [goesOn, aLimit({ breach: '> 0.1 %', action: 'page' })],
        arms: () => ({ canary: counts(9, 1000), stable: counts(0, 900) }),
      },
      'promote',
      'limits-held',
    ],
    [
      'holds when both versions suffer',
      { arms: () => ({ canary: counts(40, 100), stable: counts(360, 900) }) },
      'hold',
      'common-mode',
    ],
    [
      'rolls back a P0 although both suffer',
      {
        limits: [aLimit({ breach: '> 5 %', severity: 'P0' })],
        seconds: [0, 10],
        arms: () => ({ canary: counts(40, 100), stable: counts(360, 900) }),
      },
      'rollback',
      'limit:m',
    ],
    [
      'holds when a continue is broken',
      { arms: () => ({ canary: counts(2, 100), stable: counts(0, 900) }) },
      'hold',
      'limit:m',
    ],
    ['holds without data', { arms: () => ({ canary: { kind: 'no-data', because: 'none' } }) }, 'hold', 'no-data'],
    [
      'holds with too few requests and says how many',
      { seconds: [60], arms: () => ({ canary: counts(0, 4), stable: counts(0, 36) }) },
      'hold',
      'too-few-requests',
    ],
    ['holds when nothing could promote it', { limits: [breach] }, 'hold', 'no-data'],
    ['holds when a required metric has none', { required: ['payments'] }, 'hold', 'no-data'],
    [
      'holds when the metric source fails five times in a row',
      { seconds: [0, 15, 30, 45, 60], arms: () => ({ canary: dead }) },
      'hold',
      'provider-error',
    ],
    [
      'forgives the source four failures',
      { seconds: [0, 12, 24, 36, 48, 60], arms: (s: number) => (s > 0 && s < 60 ? { canary: dead } : well) },
      'promote',
      'limits-held',
    ],
    [
      'rolls back what the comparison finds worse',
      { seconds: [0, 10], heard: heard({ kind: 'worse' }) },
      'rollback',
      'worse-than-baseline',
    ],
    ['holds what the comparison suspects', { heard: heard({ kind: 'suspicious' }) }, 'hold', 'suspicious'],
    [
      'holds what the comparison cannot decide',
      { heard: heard({ kind: 'undecided', needed: 700 }) },
      'hold',
      'inconclusive',
    ],
    ['promotes on the comparison alone', { limits: [breach], heard: heard() }, 'promote', 'no-worse-than-baseline'],
  ] as const)('%s', (_name, over, kind, reason) => {
    expect(judge(hearing(over as Partial<Hearing>))).toMatchObject({ kind, reason });
  });

  test.each(['canary', 'stable'])('says what the source of a metric says that fails for the %s side', (side) => {
    const arms = (second: number) => (second >= 20 ? { ...well, [side]: dead } : well);

    const verdict = judge(hearing({ seconds: [0, 10, 20, 30, 40, 50, 60], arms }));

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'provider-error', because: 'm cannot be read: 503' });
  });

  test('says how many requests are missing', () => {
    const verdict = judge(hearing({ seconds: [60], arms: () => ({ canary: counts(0, 4), stable: counts(0, 36) }) }));

    expect(verdict.needed).toBe(6);
  });

  test('lets the gravest breach speak', () => {
    const limits = [
      aLimit({ breach: '> 2 %', id: 'p2', severity: 'P2', action: 'hold' }),
      aLimit({ breach: '> 10 %', id: 'p0', severity: 'P0' }),
    ];

    expect(judge(hearing({ limits, seconds: [0, 10], arms: () => bad }))).toMatchObject({ rule: 'p0', severity: 'P0' });
  });

  test('stays with a rollback whatever is read later', () => {
    const before = judge(hearing({ seconds: [0, 10], arms: () => bad }));

    expect(judge(hearing({ before }))).toBe(before);
  });

  test.each([
    [59, 'baking'],
    [60, 'rollback'],
  ])('asks, and acts by itself %d s after nobody answered', (second, kind) => {
    const ask = aLimit({ breach: '> 5 %', action: 'ask', withinMs: 60_000 });
    const stage = aStage({ bakeMs: 300_000 });

    expect(judge(hearing({ stage, limits: [ask], seconds: [0, 30, second], arms: () => bad })).kind).toBe(kind);
  });

  test.each([
    ['a stage without a bake', aStage({ bakeMs: 0 }), 1, 'promote'],
    ['a stage without users', aStage({ weight: 0 }), 1, 'promote'],
    ['an ailing one', aStage({ bakeMs: 0 }), 0, 'hold'],
    ['a stage with users', aStage(), 1, 'hold'],
  ])('goes by health alone in %s', (_name, stage, health, kind) => {
    const at = start + 60_000;
    const log = [{ at, stage: 'ten', warm: true, samples: { health: { canary: value(health) } } }];

    expect(judge(hearing({ stage, limits: [], log, now: at })).kind).toBe(kind);
  });
});

describe('a version that dies while its numbers come late', () => {
  const undecided = heard({ kind: 'undecided', because: 'more requests', needed: 700 });
  const health = (answers: readonly number[], lack = undecided) => {
    const log = polls([0, 20, 40, 60], () => well).map((poll, index) => ({
      ...poll,
      samples: { ...poll.samples, health: { canary: value(answers[index] ?? 0) } },
    }));
    return judge({ ...hearing({}), log, heard: lack });
  };

  test.each([
    ['well to the end', [1, 1, 1, 1], 'inconclusive'],
    ['without a good answer once', [1, 1, 1, 0], 'inconclusive'],
    ['without a good answer twice in a row', [1, 1, 0, 0], 'canary-silent'],
    ['well again', [1, 0, 0, 1], 'inconclusive'],
    ['never well: it may have no such answer', [0, 0, 0, 0], 'inconclusive'],
  ])('%s', (_name, answers, reason) => {
    expect(health(answers)).toMatchObject({ kind: 'hold', reason });
  });

  test('is named before what its missing numbers look like', () => {
    const share = {
      reason: 'traffic-stopped',
      because: '',
      canary: 0,
      stable: 0,
      interval: { lower: 0, upper: 1 },
    } as const;

    expect(health([1, 1, 0, 0], { ...heard(), share })).toMatchObject({ kind: 'hold', reason: 'canary-silent' });
    expect(health([1, 1, 1, 1], { ...heard(), share })).toMatchObject({ kind: 'hold', reason: 'traffic-stopped' });
  });

  test('is not held for it where nothing lacks', () => {
    expect(health([1, 1, 0, 0], heard())).toMatchObject({ kind: 'promote' });
  });
});
