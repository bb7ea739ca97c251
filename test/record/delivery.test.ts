// Delivery figures: a year on record, whose figures are worked out by hand in the comments and again by a few plain loops.
import { describe, expect, test } from '@jest/globals';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { deliveriesOf } from '../../src/record/deliveries.ts';
import { deliveryOf, leadPairs } from '../../src/record/delivery.ts';
import { readHistory } from '../../src/record/history.ts';
import { spreadOf } from '../../src/record/spread.ts';
import { aDeployment, begun, forwardPayload, minute, rollbackPayload, type Said, stage } from './deployments.ts';

const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2025, 10, 20);
const here = { environment: 'production', unit: '' };
const end = start + 364 * day;

const shaNo = (n: number) => n.toString(16).padStart(40, '0');

interface Given {
  readonly type?: string;
  readonly sha?: string;
  readonly unit?: string;
  readonly said?: readonly Said[];
  readonly payload?: unknown;
}

/** Deployment `id` that begins on a day (0 is the first) at noon and, unless said otherwise, succeeds ten minutes later. */
function onDay(id: number, at: number, given: Given = {}): DeploymentFact {
  const createdAt = start + at * day + 12 * hour;
  const payload = forwardPayload({
    sha: given.sha ?? shaNo(id),
    version: `v${id}`,
    type: given.type ?? 'standard',
    unit: given.unit ?? '',
  });
  const said = given.said ?? [
    { entry: begun, written: createdAt },
    { state: 'success', entry: { kind: 'completed', side: 'green' }, written: createdAt + 10 * minute },
  ];
  const change = given.payload === undefined ? { createdAt } : { createdAt, payload: given.payload };
  return aDeployment(id, payload, said, change);
}

/** A rollback of deployment `left` that begins `after` its success and takes four minutes. */
function rolledBack(id: number, left: DeploymentFact, after: number, change: { drill?: boolean } = {}): DeploymentFact {
  const createdAt = left.createdAt + 10 * minute + after;
  const from = { deploymentId: left.id, sha: left.sha, version: `v${left.id}` };
  const payload = rollbackPayload({ from, to: from, drill: change.drill ?? false });
  const said: readonly Said[] = [
    { entry: { kind: 'rollback', phase: 'switched', detail: 'to blue' }, written: createdAt + minute },
    { state: 'success', entry: { kind: 'rollback', phase: 'verified', detail: '' }, written: createdAt + 4 * minute },
  ];
  return aDeployment(id, payload, said, { createdAt, ...(change.drill ? { task: 'deploy:drill' } : {}) });
}

/**
 * The year, day by day:
 * every Tuesday (day 5, 12, … 362: 52 weeks, ids 1 to 52) a deployment succeeds after 10 minutes, except for
 * - id 10, which a rollback left 30 minutes after its success; it took 4 minutes: recovered in 34 minutes
 * - id 20, repaired by a hotfix (id 100) that succeeded exactly a day later: recovered in 24 hours
 * - id 30, the same commit as id 29: a re-run, no deployment
 * - id 40, which never succeeded: a failed attempt
 * - id 41, whose canary turned back with users: first users at minute 1, back on stable at minute 6: recovered in 5 minutes, and no success
 * Beside them a drill, a Deployment that GitHub made, one of another unit, and one that still runs: none of them counts.
 */
function year(): readonly DeploymentFact[] {
  const tuesdays = Array.from({ length: 52 }, (_, week) => ({ id: week + 1, at: 5 + 7 * week }));
  const facts = tuesdays.map(({ id, at }) => {
    const createdAt = start + at * day + 12 * hour;
    if (id === 30) return onDay(id, at, { sha: shaNo(29) });
    if (id === 40)
      return onDay(id, at, {
        said: [
          { entry: begun, written: createdAt },
          {
            state: 'failure',
            entry: { kind: 'smoke', verdict: 'fail', passed: 1, total: 2 },
            written: createdAt + minute,
          },
        ],
      });
    if (id !== 41) return onDay(id, at);
    return onDay(id, at, {
      said: [
        { entry: begun, written: createdAt },
        { entry: stage('ten', 10, 'baking'), written: createdAt + minute },
        { state: 'failure', entry: stage('ten', 10, 'rollback'), written: createdAt + 6 * minute },
        { state: 'failure', entry: { kind: 'restored', side: 'blue', because: '' }, written: createdAt + 6 * minute },
      ],
    });
  });
  const byId = (id: number) => facts.find((fact) => fact.id === id) ?? onDay(id, 0);
  return [
    ...facts,
    onDay(100, 5 + 7 * 19 + 1, { type: 'hotfix' }),
    rolledBack(200, byId(10), 30 * minute),
    rolledBack(201, byId(50), 3 * hour, { drill: true }),
    onDay(300, 100, { payload: {} }),
    onDay(301, 101, { unit: 'billing' }),
    onDay(302, 363, { said: [{ entry: begun }] }),
  ].sort((a, b) => a.createdAt - b.createdAt);
}

function history() {
  // GitHub numbers Deployments as they come: the names above stay in the versions.
  const facts = year();
  const ids = new Map(facts.map(({ id }, index) => [id, index + 1000]));
  return readHistory(
    facts.map((fact) => {
      const id = ids.get(fact.id) ?? 0;
      const { payload } = fact;
      if (typeof payload !== 'object' || payload === null || !('from' in payload)) return { ...fact, id };
      const from = payload.from as { deploymentId: number };
      return { ...fact, id, payload: { ...payload, from: { ...from, deploymentId: ids.get(from.deploymentId) ?? 0 } } };
    }),
    here,
  );
}

const window = { from: start, to: end };

describe('the figures of a year', () => {
  const figures = deliveryOf(history(), window);

  test('count 50 deployments: 52 Tuesdays less a re-run, a failed attempt and a canary that turned back, and one hotfix', () => {
    expect(figures.frequency.n).toBe(52 - 3 + 1);
    expect(figures.frequency.perDay).toBeCloseTo(50 / 364);
  });

  test('are weekly: the median week has one day with a deployment', () => {
    expect(figures.frequency.rhythm).toBe('weekly');
    expect(figures.frequency.weeks).toHaveLength(52);
    expect(figures.frequency.weeks.reduce((sum, count) => sum + count, 0)).toBe(50);
  });

  test('know three failed changes of 51 that users met: a rollback, one that a hotfix repaired, and the canary', () => {
    expect(figures.changeFailure).toEqual({ n: 51, count: 3, share: 3 / 51 });
    expect(
      deliveriesOf(history()).flatMap(({ failed, version }) => (failed === '' ? [] : [`${version} ${failed}`])),
    ).toEqual(['v10 rollback', 'v20 hotfix', 'v41 canary']);
  });

  test('know the recovery: 5 min, 34 min and 24 h, hence 34 min in the middle and one of three within five minutes', () => {
    expect(figures.recovery).toEqual({ n: 3, median: 34 * minute, p90: 24 * hour });
    expect(figures.recoveredInFive).toEqual({ n: 3, count: 1, share: 1 / 3 });
  });

  test('know the rework: a hotfix and a rollback of 50 deployments and one rollback', () => {
    expect(figures.rework).toEqual({ n: 51, count: 2, share: 2 / 51 });
  });

  test('know what was taken back: the rollback and the canary, of 51', () => {
    expect(figures.rollback).toEqual({ n: 51, count: 2, share: 2 / 51 });
    expect(figures.rollbacks).toBe(1);
    expect(figures.rollbackDuration).toEqual({ n: 1, median: 4 * minute, p90: 4 * minute });
  });

  test('know what succeeded: 51 of 53 attempts, the re-run among them', () => {
    expect(figures.success).toEqual({ n: 53, count: 51, share: 51 / 53 });
    expect(figures.failedAttempts).toBe(2);
  });

  test('know the duration of a deployment: ten minutes each', () => {
    expect(figures.duration).toEqual({ n: 50, median: 10 * minute, p90: 10 * minute });
  });

  test('count what is not ours beside them, and no drill, no other unit, nothing that still runs', () => {
    expect(figures.foreign).toBe(1);
    expect(deliveriesOf(history())).toHaveLength(51);
  });

  test('agree with plain loops over what GitHub tells', () => {
    const facts = year();
    let deployed = 0;
    let last = '';
    for (const fact of facts) {
      const payload = fact.payload as { kind?: string; unit?: string };
      if (fact.task !== 'deploy' || payload.kind !== 'deploy' || payload.unit !== '') continue;
      if (!fact.statuses.some(({ state }) => state === 'success')) continue;
      if (fact.sha !== last) deployed += 1;
      last = fact.sha;
    }

    expect(figures.frequency.n).toBe(deployed);
  });
});

describe('a window', () => {
  test.each([
    ['ends before the success', -1, 0],
    ['ends at the success', 0, 0],
    ['ends after the success', 1, 1],
  ])('that %s has it or not', (_, after, n) => {
    const one = readHistory([onDay(1, 0)], here);
    const at = start + 12 * hour + 10 * minute;

    expect(deliveryOf(one, { from: start, to: at + after }).frequency.n).toBe(n);
  });

  test('without anything tells no share and no median', () => {
    const { changeFailure, recovery, frequency } = deliveryOf(readHistory([], here), window);

    expect(changeFailure).toEqual({ n: 0, count: 0 });
    expect(recovery).toEqual({ n: 0 });
    expect(frequency).toMatchObject({ n: 0, perDay: 0, rhythm: 'yearly' });
  });

  test.each([
    ['daily', [0, 1, 2], 'daily'],
    ['twice a week', [0, 1], 'weekly'],
    ['once a week', [0], 'weekly'],
  ])('of deployments %s has that rhythm', (_, days, rhythm) => {
    const facts = Array.from({ length: 12 }, (_week, week) =>
      days.map((at) => onDay(week * 7 + at + 1, week * 7 + at)),
    ).flat();

    expect(deliveryOf(readHistory(facts, here), { from: start, to: start + 84 * day }).frequency.rhythm).toBe(rhythm);
  });

  test('of a deployment every third week is monthly', () => {
    const facts = [0, 21, 42, 63].map((at, index) => onDay(index + 1, at));

    expect(deliveryOf(readHistory(facts, here), { from: start, to: start + 84 * day }).frequency.rhythm).toBe(
      'monthly',
    );
  });
});

describe('days are those of UTC, whatever the clocks of people do', () => {
  /** Successes at these instants, each a deployment of its own. */
  const at = (...instants: readonly string[]) =>
    readHistory(
      instants.map((instant, index) => {
        const written = Date.parse(instant);
        const said: readonly Said[] = [{ state: 'success', entry: { kind: 'completed', side: 'green' }, written }];
        return aDeployment(index + 1, forwardPayload({ sha: shaNo(index + 1) }), said, { createdAt: written - minute });
      }),
      here,
    );
  const week = (from: string) => ({ from: Date.parse(from), to: Date.parse(from) + 7 * day });

  test.each([
    // Berlin goes from UTC+1 to UTC+2 on 2026-03-29 and back on 2026-10-25: the week is seven days of 24 hours all the same.
    [
      'in the week of the short day',
      '2026-03-23T00:00:00Z',
      ['2026-03-27T12:00Z', '2026-03-28T12:00Z', '2026-03-29T01:30Z'],
      'daily',
    ],
    [
      'in the week of the long day',
      '2026-10-19T00:00:00Z',
      ['2026-10-23T12:00Z', '2026-10-24T12:00Z', '2026-10-25T00:30Z'],
      'daily',
    ],
    // 01:30 and 02:30 of the same night in Berlin, or 23:30 and 00:30 of UTC: three successes on two days of UTC.
    [
      'on both sides of midnight',
      '2026-10-19T00:00:00Z',
      ['2026-10-20T23:30Z', '2026-10-21T00:30Z', '2026-10-21T23:30Z'],
      'weekly',
    ],
  ])('%s', (_which, from, instants, rhythm) => {
    const { frequency } = deliveryOf(at(...instants), week(from));

    expect(frequency).toMatchObject({ n: 3, rhythm, weeks: [3] });
  });

  test('a recovery over the night in which clocks go back lasts as long as it lasted', () => {
    const left = { deploymentId: 1, sha: shaNo(1), version: 'v1' };
    const begun = Date.parse('2026-10-25T00:30Z');
    const back: readonly Said[] = [
      { entry: { kind: 'rollback', phase: 'switched', detail: 'to blue' }, written: begun + 59 * minute },
      { state: 'success', entry: { kind: 'rollback', phase: 'verified', detail: '' }, written: begun + 60 * minute },
    ];
    const facts = [
      aDeployment(
        1,
        forwardPayload({ sha: shaNo(1) }),
        [{ state: 'success', entry: { kind: 'completed', side: 'green' }, written: begun }],
        { createdAt: begun - minute },
      ),
      aDeployment(2, rollbackPayload({ from: left, to: left }), back, { createdAt: begun + 58 * minute }),
    ];

    expect(deliveryOf(readHistory(facts, here), week('2026-10-19T00:00:00Z')).recovery).toMatchObject({
      n: 1,
      median: hour,
    });
  });
});

describe('what makes a failed change', () => {
  test('an incident that names the deployment does', () => {
    const history = readHistory([onDay(1, 0), onDay(2, 1)], here);

    expect(deliveryOf(history, window, { incidents: new Set([2]) }).changeFailure.count).toBe(1);
    expect(deliveryOf(history, window, { incidents: new Set([2]) }).recovery.n).toBe(0);
  });

  test('a canary that turned back without users does not count at all', () => {
    const said: readonly Said[] = [{ entry: begun }, { state: 'failure', entry: stage('dark', 0, 'rollback') }];

    expect(deliveryOf(readHistory([onDay(1, 0, { said })], here), window).changeFailure.n).toBe(0);
  });

  test('a drill that left a deployment does not', () => {
    const left = onDay(1, 0);

    expect(
      deliveryOf(readHistory([left, rolledBack(2, left, hour, { drill: true })], here), window).changeFailure.count,
    ).toBe(0);
  });

  test('a rollback that never switched does not', () => {
    const left = onDay(1, 0);
    const refused = rolledBack(2, left, hour);
    const statuses = refused.statuses
      .slice(0, 1)
      .map((one) => ({ ...one, state: 'failure' as const, description: 'rollback: refused no-target' }));

    expect(deliveryOf(readHistory([left, { ...refused, statuses }], here), window).changeFailure.count).toBe(0);
  });
});

test('pairs for the lead time go from each deployment to the one before it, newest first, the first of all has none', () => {
  const pairs = leadPairs(readHistory([onDay(1, 0), onDay(2, 1), onDay(3, 2)], here), window);

  expect(pairs.map(({ base, head }) => [base, head])).toEqual([
    [shaNo(2), shaNo(3)],
    [shaNo(1), shaNo(2)],
  ]);
});

test.each([
  [[], { n: 0 }],
  [[7], { n: 1, median: 7, p90: 7 }],
  [[4, 2], { n: 2, median: 3, p90: 4 }],
  [[10, 1, 9, 2, 8, 3, 7, 4, 6, 5], { n: 10, median: 5.5, p90: 9 }],
  [[11, 10, 1, 9, 2, 8, 3, 7, 4, 6, 5], { n: 11, median: 6, p90: 10 }],
])('the spread of %j', (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});
