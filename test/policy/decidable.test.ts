// Whether a plan's stages can decide with a given traffic: the rule of three, the margin of a comparison, the smallest rise that shows.
import { describe, expect, test } from '@jest/globals';
import { parseCondition } from '../../src/policy/condition.ts';
import {
  bandShares,
  decidingShare,
  outlookOf,
  requestsFor,
  requestsWithin,
  ruleOfThree,
  smallestRise,
  undecided,
} from '../../src/policy/decidable.ts';
import { effective } from '../../src/policy/effective.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';

describe('the rule of three', () => {
  // reference processes, "Numbers that decide": 3/p.
  test.each([
    [0.0005, 6000],
    [0.001, 3000],
    [0.005, 600],
    [0.01, 300],
    [0.05, 60],
  ])('a limit of %d needs %d requests', (limit, requests) => {
    expect(ruleOfThree(limit)).toBe(requests);
  });

  test.each([
    ['< 1 %', 300],
    ['<= 1 %', 300],
    ['> 99.5 %', 600],
    ['< 500ms', undefined],
    ['5..10 %', undefined],
    ['< 1.5x baseline', undefined],
  ])('%s needs %p', (text, requests) => {
    const condition = parseCondition(text);

    expect(condition === undefined ? NaN : requestsFor({ condition })).toBe(requests);
  });
});

const within = (rate: number, share: number) => requestsWithin(0.01, { rate, share, width: 2.07 });

describe('a comparison', () => {
  // Base 0: n = z²(1/margin − 1) with z = 2.07 (reference canary 6.1, recomputed for the width of its looks).
  test.each([
    [0.01, 424],
    [0.05, 81],
    [0.02, 210],
  ])('within %d of a service without errors needs about %d requests', (margin, requests) => {
    expect(Math.abs(requestsWithin(margin, { rate: 0, share: 1e-6, width: 2.07 }) - requests)).toBeLessThanOrEqual(2);
  });

  test('needs more the more errors there are, and the larger the share of the new version is', () => {
    expect(within(0.03, 0.1)).toBeGreaterThan(within(0.001, 0.1));
    expect(within(0.03, 0.5)).toBeGreaterThan(within(0.03, 0.1));
  });

  test('looked at once needs fewer', () => {
    const needs = (width: number) => requestsWithin(0.01, { rate: 0, share: 1e-6, width });

    // 1.645² · 99 = 268 (reference canary 6.1).
    expect(Math.abs(needs(1.645) - 268)).toBeLessThanOrEqual(2);
  });

  test('shows a smaller rise the more requests there are, and none with a handful', () => {
    const rise = (own: number) => smallestRise({ own, other: own * 9, base: 0.01, odds: 100 });

    expect(rise(1)).toBeUndefined();
    expect(rise(100_000) ?? 1).toBeLessThan(rise(1_000) ?? 0);
    expect(rise(0)).toBeUndefined();
  });

  test('shows what the reference measured: +1 pp of 1 % at 10 requests a second for the new version takes about 1590 s', () => {
    // reference canary 6.4, row 1 % +1 at 100 requests a second, weight 10 %: 200 s, so 2000 requests; the bound alone 118 s.
    const rise = smallestRise({ own: 2000, other: 18_000, base: 0.01, odds: 100 }) ?? 1;

    expect(rise).toBeGreaterThan(0.007);
    expect(rise).toBeLessThan(0.013);
  });
});

const text = `version: 1
timezone: UTC
metrics:
  sources: {main: {prometheus: "http://p.example"}}
  queries: {error-rate: {bad: 'sum(increase(b[{{window}}]))', total: 'sum(increase(a[{{window}}]))'}, cpu: {value: c}}
limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: error-rate, continue: "< 0.1 %", during: [half]}
  - {metric: cpu, continue: "< 1 %"}
plans:
  canary:
    stages:
      - {id: ten, weight: 10 %, bake: 5m, max-bake: 10m}
      - {id: half, weight: 50 %, bake: 10m}
      - {id: full, weight: 100 %, bake: 10m}
checklist: [ci-all-green]
`;

describe('a plan', () => {
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  const policy = read.kind === 'policy' ? read.policy : undefined;
  const seen = policy === undefined ? undefined : effective(policy, { environment: 'production' });
  const here = seen?.kind === 'effective' ? seen.effective : undefined;
  const at = (perSecond: number) => ({ perMs: perSecond / 1000, badShare: 0.001 });

  test('is looked at stage by stage, as long as it may bake, where two versions have users', () => {
    const canary = here?.plans.canary;
    if (here === undefined || canary === undefined) throw new Error('the policy is wrong');
    const stages = outlookOf({ ...here, compare: [] }, canary, at(5));

    expect(stages.map(({ id, requests, needed, by }) => [id, requests, needed, by])).toEqual([
      ['ten', 300, 300, 'error-rate < 1 %'],
      ['half', 1500, 3000, 'error-rate < 0.1 %'],
    ]);
  });

  test.each([
    [4.99, ['ten', 'half']],
    [5, ['half']],
    [9.99, ['half']],
    [10, []],
  ])('with %d requests a second the stages %j cannot decide', (perSecond, ids) => {
    const canary = here?.plans.canary;
    if (here === undefined || canary === undefined) throw new Error('the policy is wrong');

    expect(undecided({ ...here, compare: [] }, canary, at(perSecond)).map(({ id }) => id)).toEqual(ids);
  });

  // 300 requests of the new version in ten minutes.
  test.each([
    [9.99, 6],
    [10, 5],
    [12.5, 4],
    [16.7, 3],
    [49.99, 2],
    [50, 1],
    [1, 6],
  ])(
    'with %d requests a second a band of 1 to 6 %% is walked at %d %%, the smallest share that decides',
    (perSecond, share) => {
      const canary = here?.plans.canary;
      const [ten] = canary?.stages ?? [];
      if (here === undefined || canary === undefined || ten === undefined) throw new Error('the policy is wrong');
      const band = { ...ten, weight: 1, weightTo: 6 };
      const policy = { ...here, compare: [] };

      expect(decidingShare(policy, canary, band, at(perSecond), bandShares(band))).toBe(share);
      const [seenStage] = outlookOf(policy, { ...canary, stages: [band] }, at(perSecond));
      expect(seenStage?.requests).toBe(Math.floor((at(perSecond).perMs * 600_000 * share) / 100));
    },
  );
});
