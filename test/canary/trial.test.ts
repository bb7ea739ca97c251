// Golden logs: each row of the decision table and each weakness of reference canary 6.5, judged poll by poll as in a bake.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Counts } from '../../src/canary/interval.ts';
import type { Past, Poll, Sample } from '../../src/canary/sample.ts';
import { type Setting, Trial } from '../../src/canary/trial.ts';
import { aLimit, aStage, counts, start, value } from './example.ts';

type Arms = { readonly canary: Sample; readonly stable: Sample };
const absent: Sample = { kind: 'no-data', because: 'no series' };
const down: Sample = {
  kind: 'error',
  because: 'POST http://prometheus answered 503',
  remedy: 'Look.',
  retryable: true,
};

const quiet = (bad: number, total: number, scatter = (_: number) => 0): Past[string]['blocks'] => [
  {
    lengthMs: 10_000,
    counts: Array.from({ length: 360 }, (_, block): Counts => ({ bad: bad + scatter(block), total })),
  },
];
const pastOf = (rate: number, total = 1000, scatter?: (block: number) => number): Past => ({
  m: { blocks: quiet(rate * total, total, scatter), recent: { '': { bad: rate * total * 30, total: total * 30 } } },
});

type Over = Partial<Omit<Setting, 'stage'>> & { readonly stage?: Partial<Setting['stage']> };

function trialOf({ stage, ...over }: Over = {}): Trial {
  return new Trial({
    stage: aStage({ bakeMs: 300_000, warmupMs: 30_000, ...stage }),
    shiftedAt: start,
    limits: [],
    measured: new Set(['m', 'health']),
    required: [],
    everyMs: 10_000,
    compared: [{ metric: 'm', margin: 0.01, minEffect: 0.0025 }],
    alpha: 0.01,
    past: pastOf(0.01),
    ...over,
  });
}

/** Bakes until there is a verdict: a poll every 10 s, `arms` for what it counts; at most `seconds`. */
function bakeOf(over: Over, arms: (second: number) => Arms, seconds = 300) {
  const trial = trialOf(over);
  for (let second = 10; second <= seconds; second += 10) {
    const { kind } = trial.hear(aPollAt(second, arms(second)));
    if (kind !== 'baking') return { second, verdict: trial.verdict, trial };
  }
  return { second: seconds, verdict: trial.verdict, trial };
}

function aPollAt(second: number, { canary, stable }: Arms): Poll {
  return { at: start + second * 1000, stage: 'ten', warm: second > 30, samples: { m: { canary, stable } } };
}

/** Requests at 100 a second, a tenth of them on the new version; rates of failure. */
const rates = (own: number, other: number): Arms => ({
  canary: counts(100 * own, 100),
  stable: counts(900 * other, 900),
});
const equal = () => rates(0.01, 0.01);
const ask = aLimit({ breach: '> 5 %', action: 'ask', withinMs: 120_000, otherwise: 'rollback' });
const gravest = aLimit({ breach: '> 10 %', for: '30s', severity: 'P0', id: 'p0' });
const major = aLimit({ breach: '> 5 %', for: '2m', id: 'p1' });
const warning = aLimit({ breach: '> 2 %', for: '1m', severity: 'P2', action: 'hold', id: 'p2' });

describe('the decision table', () => {
  test.each<[string, Over, (second: number) => Arms, string, string, number]>([
    [
      '3: a gravest limit, live from the shift',
      { limits: [gravest] },
      () => rates(0.9, 0.01),
      'rollback',
      'limit:m',
      40,
    ],
    [
      '4: a major limit, stable fine',
      { limits: [major], compared: [] },
      () => rates(0.12, 0.01),
      'rollback',
      'limit:m',
      160,
    ],
    ['5: a major limit, stable too', { limits: [major] }, () => rates(0.2, 0.2), 'hold', 'common-mode', 300],
    ['5: a gravest limit, stable too', { limits: [gravest] }, () => rates(0.3, 0.3), 'rollback', 'limit:m', 40],
    ['6: worse than stable', {}, () => rates(0.06, 0.01), 'rollback', 'worse-than-baseline', 50],
    ['7: suspicious', {}, () => rates(0.018, 0.01), 'hold', 'suspicious', 300],
    [
      '7: a warning limit',
      { limits: [warning], compared: [] },
      (s) => (s > 200 ? rates(0.05, 0.015) : rates(0.015, 0.015)),
      'hold',
      'limit:m',
      300,
    ],
    [
      '8: the share is not the weight',
      {},
      () => ({ canary: counts(2, 400), stable: counts(6, 600) }),
      'hold',
      'split-mismatch',
      300,
    ],
    [
      '8: a canary nobody asks',
      {},
      () => ({ canary: counts(0, 0), stable: counts(9, 900) }),
      'hold',
      'canary-silent',
      300,
    ],
    [
      '8: traffic that stops half-way',
      {},
      (s) => (s > 200 ? rates(0, 0).canary && { canary: counts(0, 0), stable: counts(0, 0) } : equal()),
      'hold',
      'traffic-stopped',
      300,
    ],
    [
      '8: traffic that stopped long ago',
      {},
      (s) => (s > 100 ? { canary: counts(0, 0), stable: counts(0, 0) } : equal()),
      'hold',
      'traffic-stopped',
      300,
    ],
    [
      '9: the source fails',
      {},
      (s) => (s > 200 ? { canary: down, stable: down } : equal()),
      'hold',
      'provider-error',
      300,
    ],
    ['10: no worse, at the only look', {}, equal, 'promote', 'no-worse-than-baseline', 300],
    [
      '11 and 12: too little data',
      {},
      () => ({ canary: counts(0, 5), stable: counts(0, 45) }),
      'hold',
      'inconclusive',
      300,
    ],
    [
      '11: too little at the bake, enough at a later look',
      { stage: { maxBakeMs: 1_200_000 } },
      () => ({ canary: counts(0.1, 20), stable: counts(0.9, 180) }),
      'promote',
      'no-worse-than-baseline',
      600,
    ],
    ['12: the canary never appears', {}, () => ({ canary: absent, stable: counts(9, 900) }), 'hold', 'no-data', 300],
    ['12: stable is not there', {}, () => ({ canary: counts(1, 100), stable: absent }), 'hold', 'no-data', 300],
    [
      '12: the canary is gone for the last half minute',
      {},
      (s) => (s > 270 ? { canary: absent, stable: counts(9, 900) } : equal()),
      'hold',
      'no-data',
      300,
    ],
  ])('row %s', (_name, over, arms, kind, reason, second) => {
    const end = bakeOf(over, arms, over.stage?.maxBakeMs === undefined ? 300 : 1200);

    expect([end.verdict?.kind, end.verdict?.reason, end.second]).toEqual([kind, reason, second]);
  });

  test('asks until its deadline, also beyond the bake, then acts; a rollback meanwhile wins', () => {
    const over = { limits: [ask], compared: [] };
    const late = bakeOf(over, (s) => (s > 250 ? rates(0.12, 0.01) : equal()), 600);
    const worse = bakeOf({ ...over, limits: [ask, gravest] }, (s) => rates(s > 100 ? 0.3 : 0.08, 0.01), 600);

    expect(late.trial.log.length).toBeGreaterThan(30);
    expect(late.verdict).toMatchObject({ kind: 'rollback', reason: 'limit:m', rule: 'm-breach' });
    expect(worse.verdict).toMatchObject({ kind: 'rollback', rule: 'p0' });
  });

  test('says until when it asks', () => {
    const { verdict } = bakeOf({ limits: [ask], compared: [] }, () => rates(0.12, 0.01), 60);

    expect(verdict).toMatchObject({ kind: 'baking', reason: 'limit:m' });
    expect((verdict?.askedUntil ?? 0) - start).toBe(160_000);
  });

  test('stays with a rollback whatever comes later', () => {
    const trial = trialOf();
    for (let second = 10; second <= 100; second += 10) trial.hear(aPollAt(second, rates(0.1, 0.01)));
    const told = trial.verdict;
    for (let second = 110; second <= 600; second += 10) trial.hear(aPollAt(second, equal()));

    expect(told?.kind).toBe('rollback');
    expect(trial.verdict).toBe(told);
  });

  test('does not compare where one version has everybody: a full bake without a breach promotes', () => {
    const over = { stage: { weight: 100, weightTo: 100, warmupMs: 0 }, limits: [major] };
    const whole = () => ({ canary: counts(10, 1000), stable: counts(0, 0) });

    expect(bakeOf(over, whole).verdict).toMatchObject({
      kind: 'promote',
      reason: 'limits-held',
      comparison: undefined,
      because: expect.stringContaining('not compared'),
    });
    expect(bakeOf({ ...over, limits: [] }, whole).verdict).toMatchObject({ kind: 'hold', reason: 'no-data' });
  });

  test('has every number of the decision in the result', () => {
    const [compared] =
      bakeOf({}, () => ({ canary: counts(1, 20), stable: counts(9, 180) })).verdict?.comparison?.metrics ?? [];

    expect(compared).toMatchObject({
      kind: 'undecided',
      lack: 'inconclusive',
      canary: { bad: 27, total: 540 },
      margin: 0.01,
      minEffect: 0.0025,
      phi: 1,
    });
    expect(compared?.odds).toBeLessThan(1);
    expect(compared?.wanted).toBeCloseTo(167, 0);
    expect(compared?.needed).toBeGreaterThan(1000);
    expect(compared?.neededMs).toBeCloseTo(((compared?.needed ?? 0) / 540) * 270_000, -2);
    expect(compared?.detectable).toBeGreaterThan(0.02);
    expect(compared?.interval.lower).toBeLessThan(compared?.difference ?? 0);
  });
});

describe('the known weaknesses of such judges', () => {
  test('traffic of another mix on stable, by strata', () => {
    const strata = (people: Counts, probes: Counts): Sample => ({
      kind: 'counts',
      bad: people.bad + probes.bad,
      total: people.total + probes.total,
      strata: { people, probes },
    });
    const parted = bakeOf({}, () => ({
      canary: strata({ bad: 3, total: 100 }, { bad: 0, total: 0 }),
      stable: strata({ bad: 18.9, total: 630 }, { bad: 0, total: 270 }),
    }));
    const mixed = bakeOf({}, () => ({ canary: counts(3, 100), stable: counts(18.9, 900) }), 600);

    expect(parted.verdict?.kind).not.toBe('rollback');
    expect(mixed.verdict?.comparison?.metrics[0]?.odds).toBeGreaterThan(
      10 * (parted.verdict?.comparison?.metrics[0]?.odds ?? 0),
    );
  });

  test.each([
    ['dead for its last 100 s', 200],
    ['dead for its last 10 s', 290],
  ])('a canary %s is not promoted', (_name, alive) => {
    const { verdict } = bakeOf({}, (s) => (s > alive ? { canary: counts(0, 0), stable: counts(10, 1000) } : equal()));

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'canary-silent' });
  });

  test('a regression in the last tenth of four hours', () => {
    const hours = 4 * 3600;
    const late = (s: number) => rates(s > 0.9 * hours ? 0.011 : 0.001, 0.001);
    const { verdict, second } = bakeOf({ stage: { bakeMs: hours * 1000 }, past: pastOf(0.001) }, late, hours);

    expect(verdict).toMatchObject({ kind: 'rollback', reason: 'worse-than-baseline' });
    expect(second - 0.9 * hours).toBeLessThan(600);
  });

  test('a slow leak is stopped by the last third', () => {
    const leak = (s: number) => rates(0.01 + 0.015 * (s / 300) ** 2, 0.01);
    const { verdict } = bakeOf({ alpha: 1e-9 }, leak);

    expect(verdict?.kind).not.toBe('promote');
  });

  test('a cold start ends with the warm-up', () => {
    expect(bakeOf({}, (s) => rates(s <= 20 ? 0.05 : 0.005, 0.005)).verdict?.kind).toBe('promote');
  });

  test.each([
    ['goes with a warm-up of twice its time', 60, 120, 'promote', 'no-worse-than-baseline'],
    [
      'of minutes outlasts a warm-up of 30 s, and is told as what it looks like',
      60,
      30,
      'rollback',
      'worse-than-baseline',
    ],
    ['of two minutes too', 120, 30, 'rollback', 'worse-than-baseline'],
    ['of two minutes goes with a warm-up of four', 120, 240, 'promote', 'no-worse-than-baseline'],
  ])('a cold cache %s', (_name, seconds, warmup, kind, reason) => {
    const slow = (s: number) => rates(0.05 + 0.15 * Math.exp(-s / seconds), 0.05);
    const trial = trialOf({ past: pastOf(0.05), stage: { warmupMs: warmup * 1000, bakeMs: 900_000 } });
    for (let s = 10; s <= 900 && (trial.verdict?.kind ?? 'baking') === 'baking'; s += 10) {
      trial.hear({ ...aPollAt(s, slow(s)), warm: s > warmup });
    }

    expect(trial.verdict).toMatchObject({ kind, reason });
  });

  test('an incident of both, of which stable is scraped one poll late', () => {
    const ramp = (s: number) => 0.002 + 0.058 * Math.min(1, Math.max(0, (s - 100) / 60));
    const late = bakeOf({ past: pastOf(0.002) }, (s) => {
      const own = ramp(s);
      const other = ramp(s - 10);
      return { canary: counts(1000 * own, 1000), stable: counts(9000 * other, 9000) };
    });

    expect(late.verdict?.kind).not.toBe('rollback');
  });

  test('a history with an incident makes it blind, and it says so', () => {
    const past = pastOf(0.001, 1000, (block) => (block >= 324 && block < 330 ? 59 : 0));
    const { verdict } = bakeOf({ past }, () => rates(0.001, 0.001));

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'baseline-unstable' });
  });

  test('a difference too small to matter does not turn back, and the bound decides', () => {
    const big = (own: number): Arms => ({ canary: counts(100_000 * own, 100_000), stable: counts(9000, 900_000) });

    expect(bakeOf({}, () => big(0.012)).verdict).toMatchObject({ kind: 'promote' });
    expect(
      bakeOf({ compared: [{ metric: 'm', margin: 0.001, minEffect: 0.0025 }] }, () => big(0.012)).verdict,
    ).toMatchObject({
      kind: 'hold',
      reason: 'worse-but-small',
    });
  });

  test('without any history the odds wait until stable has shown how its failures scatter', () => {
    const soon = bakeOf({ past: {} }, () => rates(0.1, 0.01), 60);
    const later = bakeOf({ past: {} }, () => rates(0.1, 0.01));

    expect(soon.verdict).toMatchObject({ kind: 'baking', reason: 'suspicious' });
    expect(later.verdict).toMatchObject({ kind: 'rollback', reason: 'worse-than-baseline' });
    expect(later.second).toBe(80);
  });

  test('alpha is split: the more metrics and stages, the stronger the evidence must be', () => {
    const one = bakeOf({ alpha: 0.01 }, () => rates(0.03, 0.01)).second;
    const many = bakeOf({ alpha: 0.01 / 9 }, () => rates(0.03, 0.01)).second;

    expect(many).toBeGreaterThan(one);
  });
});

describe('the clock', () => {
  test('set back it is a hold of its own, never a rollback, and no promotion', () => {
    const trial = trialOf();
    for (let second = 10; second <= 320; second += 10) {
      const poll = aPollAt(second, equal());
      trial.hear(second > 150 ? { ...poll, at: poll.at - 3_600_000 } : poll);
    }

    expect(trial.verdict).toMatchObject({ kind: 'hold', reason: 'clock-jumped' });
  });

  test('set forward it does not count time that nobody watched', () => {
    const trial = trialOf();
    const kinds = [];
    for (let second = 10; second <= 300; second += 10) {
      const poll = aPollAt(second, equal());
      kinds.push(trial.hear(second > 150 ? { ...poll, at: poll.at + 3_600_000 } : poll).kind);
    }

    expect(kinds.indexOf('promote')).toBe(29);
  });
});

describe('whatever is polled', () => {
  const sample: fc.Arbitrary<Sample> = fc.oneof(
    fc.tuple(fc.nat(50), fc.nat(1000)).map(([bad, more]) => counts(bad, bad + more)),
    fc.constantFrom(absent, down, value(0.5), counts(0, 0)),
  );
  const arms = fc.record({ canary: sample, stable: sample });
  const over = fc.record({
    limits: fc.subarray([
      gravest,
      major,
      warning,
      ask,
      aLimit({ continue: '< 1 %' }),
      aLimit({ breach: '> 2x baseline' }),
    ]),
    past: fc.constantFrom<Past>(
      {},
      pastOf(0.01),
      pastOf(0.01, 100, (block) => (block % 9 === 0 ? 20 : 0)),
    ),
    stage: fc.record({ weight: fc.constantFrom(0, 10, 50, 100), maxBakeMs: fc.constantFrom(undefined, 600_000) }),
  });

  test('there is a verdict, with numbers that are numbers, and the same log gives it again', () => {
    fc.assert(
      fc.property(fc.array(arms, { minLength: 1, maxLength: 70 }), over, (polled, given) => {
        const bake = () =>
          bakeOf(
            { ...given, stage: { ...given.stage, weightTo: given.stage.weight } },
            (s) => polled[(s / 10 - 1) % polled.length] ?? equal(),
            700,
          );
        const { verdict } = bake();
        const odd = JSON.stringify(verdict, (_, one) => (typeof one === 'number' && Number.isNaN(one) ? 'NaN' : one));

        expect(['promote', 'hold', 'rollback', 'baking']).toContain(verdict?.kind);
        expect(verdict?.reason).not.toBe('');
        expect(odd).not.toContain('"NaN"');
        expect(bake().verdict).toEqual(verdict);
      }),
      { numRuns: 60 },
    );
  });

  test('never promotes what had no request, and always ends by the end of max-bake', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(absent, down, counts(0, 0)), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (polled, both) => {
          const { verdict } = bakeOf({}, (s) => {
            const canary = polled[(s / 10 - 1) % polled.length] ?? absent;
            return { canary, stable: both ? counts(9, 900) : canary };
          });

          expect(verdict?.kind).toBe('hold');
        },
      ),
    );
  });

  test('one more failure never turns a rollback into something else', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 30, maxLength: 30 }), fc.nat(26), (bad, place) => {
        const run = (extra: number) =>
          bakeOf({}, (s) => ({
            canary: counts((bad[s / 10 - 1] ?? 0) + (s / 10 - 4 === place ? extra : 0), 100),
            stable: counts(9, 900),
          }));
        const before = run(0);
        const after = run(1);

        if (before.verdict?.kind !== 'rollback') return;
        expect(after.verdict?.kind).toBe('rollback');
      }),
    );
  });
});
