// The traffic of last week: how it is asked, the line `plan-decidable`, and the plan that goes instead where a service is quiet.
import { describe, expect, test } from '@jest/globals';
import { keyOf, known, unknown } from '../../src/evidence/answer.ts';
import type { QuestionOf } from '../../src/evidence/question.ts';
import type { MetricFact } from '../../src/evidence/service.ts';
import { plain } from '../../src/kit/phrase.ts';
import { deployStory, findingOf, reviewStory } from './story.ts';

const week = 7 * 24 * 3600;
const queries = (texts: string) => `
traffic: {router: http, sides: [blue, green], url: "http://router.example"}
metrics: {sources: {main: {prometheus: "http://p.example"}}, queries: ${texts}}
limits: [{metric: error-rate, continue: "< 1 %"}]
compare: null
`;
const counters = queries(
  `{error-rate: {bad: 'sum(increase(b{s="{{side}}"}[{{window}}]))', total: 'sum(increase(a{s="{{side}}"}[{{window}}]))'}}`,
);

function asked(...texts: readonly string[]): QuestionOf<'metric'> {
  const options = { prometheus: 'http://p.example' };
  return { kind: 'metric', provider: 'prometheus', options, texts, windowMs: week * 1000, agoMs: 0 };
}

const bySide = (side: string) =>
  asked(`sum(increase(b{s="${side}"}[${week}s]))`, `sum(increase(a{s="${side}"}[${week}s]))`);
const numbers = (...values: readonly number[]) => known(values.map((value): MetricFact => ({ kind: 'value', value })));

/** 10 % for ten minutes at most: 300 requests of the new version want 5 a second of the whole. */
const canary = `{canary: {stages: [{id: ten, weight: 10 %, bake: 5m, max-bake: 10m}, {id: full, weight: 100 %, bake: 1m}], low-traffic: direct}, direct: {stages: [{id: full, weight: 100 %, bake: 1m}]}}`;
/** The same under a name that no preset has. */
const alone = canary.replace(', low-traffic: direct', '').replace('{canary:', '{slow:');
const tiers = (plan: string) =>
  `tiers: {default: medium, apply: {zero: {plan: ${plan}}, low: {plan: ${plan}}, medium: {plan: ${plan}}, high: {plan: ${plan}}}}`;

function judged(
  line: string,
  blue: number | undefined,
  given: { readonly plans: string; readonly green?: number; readonly compare?: string; readonly id?: string },
) {
  return findingOf(deployStory, line, {
    policy: `${counters.replace('compare: null', given.compare ?? 'compare: null')}${tiers(given.plans === alone ? 'slow' : 'canary')}`,
    plans: given.plans,
    ...(given.id === undefined ? {} : { id: given.id }),
    change: ({ github }) => {
      const green = known([
        { kind: 'nothing', because: 'no series' },
        { kind: 'value', value: given.green ?? 0 },
      ] as const);
      github.network.set(keyOf(bySide('green')), green);
      github.network.set(keyOf(bySide('blue')), blue === undefined ? unknown('down', 'start it') : numbers(0, blue));
    },
  });
}

describe('plan-decidable', () => {
  test.each([
    [5 * week, 'pass'],
    [4.9 * week, 'fail'],
    [0, 'unknown'],
    [undefined, 'unknown'],
  ])('with %p requests in the week: %s', async (requests, outcome) => {
    expect((await judged('plan-decidable', requests, { plans: alone })).outcome).toBe(outcome);
  });

  test('counts what both sides had, since each has had the users', async () => {
    expect((await judged('plan-decidable', 3 * week, { plans: alone, green: 2 * week })).outcome).toBe('pass');
  });

  test('of a service that is compared needs what the comparison does', async () => {
    const compared = { plans: alone, compare: 'compare: {error-rate: {margin: 1pp, min-effect: 0.25pp}}' };

    expect(plain((await judged('plan-decidable', 5 * week, compared)).evidence)).toBe(
      'ten sees 300 requests at the traffic of last week, error-rate within 1 pp needs 425',
    );
  });

  test('says what lacks, and what would do', async () => {
    const finding = await judged('plan-decidable', week, { plans: alone });

    expect(plain(finding.evidence)).toBe(
      'ten sees 60 requests at the traffic of last week, error-rate < 1 % needs 300',
    );
    expect(plain(finding.todo)).toContain('let ten bake 50 min at the most (max-bake)');
  });

  test('of a rate is asked as its mean', async () => {
    const mean = asked(`avg_over_time((sum(rate(a[5m])))[${week}s:300s])`);
    const finding = await findingOf(deployStory, 'plan-decidable', {
      policy: `${queries(`{request-rate: {value: 'sum(rate(a[5m]))'}}`).replace(/limits.*/, '')}${tiers('slow')}`,
      plans: alone,
      change: ({ github }) => void github.network.set(keyOf(mean), numbers(2)),
    });

    expect([finding.outcome, plain(finding.evidence)]).toEqual([
      'pass',
      expect.stringMatching(/^2 requests a second; ten: 120 requests, shows \+/),
    ]);
  });

  test('is not applicable to a plan without two versions, and asked at deploy only', async () => {
    expect((await findingOf(deployStory, 'plan-decidable', { policy: counters })).outcome).not.toBe('pass');
    expect((await findingOf(reviewStory, 'plan-decidable')).outcome).toBe('asked-at-deploy');
  });
});

describe('low-traffic', () => {
  test.each([
    [5 * week, 'canary'],
    [
      week,
      'direct: canary cannot decide: ten sees 60 requests at the traffic of last week, error-rate < 1 % needs 300',
    ],
    // What nobody can tell changes no plan.
    [undefined, 'canary'],
  ])('with %p requests in the week the plan is %s', async (requests, words) => {
    const finding = await judged('ci-all-green', requests, { plans: canary, id: 'plan-chosen' });

    expect(plain(finding.evidence)).toBe(words);
  });

  test('that no plan names leaves the plan, with a warning, where the traffic is known', async () => {
    const quiet = await judged('plan-decidable', week, { plans: alone, id: 'plan-chosen' });
    const busy = await judged('plan-decidable', 5 * week, { plans: alone, id: 'plan-chosen' });

    expect([plain(quiet.evidence), quiet.warning]).toEqual([
      'slow',
      'The plan slow cannot decide: ten sees 60 requests at the traffic of last week, error-rate < 1 % needs 300',
    ]);
    expect([plain(busy.evidence), busy.warning]).toEqual(['slow', undefined]);
  });
});
