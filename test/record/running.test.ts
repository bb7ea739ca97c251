// What runs, what it is compared with, what is condemned: from the words of the statuses alone.
import { describe, expect, test } from '@jest/globals';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { type Attempt, type History, readHistory } from '../../src/record/history.ts';
import {
  condemned,
  isFirst,
  isLeft,
  isOpen,
  predecessorOf,
  sidesOf,
  weightOf,
  whatRuns,
} from '../../src/record/running.ts';
import {
  aDeployment,
  begun,
  forwardPayload,
  migrationPayload,
  noon,
  rollbackPayload,
  type Said,
  shaOf,
  stage,
  succeeded,
  turnedBack,
} from './deployments.ts';

const a = forwardPayload({ sha: shaOf('a'), version: 'v1' });
const b = forwardPayload({ sha: shaOf('b'), version: 'v2' });
const left = { deploymentId: 2, sha: shaOf('b'), version: 'v2' };

function history(...facts: readonly DeploymentFact[]): History {
  return readHistory(facts, { environment: 'production', unit: '' });
}

function attempt(...said: readonly Said[]): Attempt {
  const [only] = history(aDeployment(1, a, said)).attempts;
  if (only === undefined) throw new Error('the builder made no attempt');
  return only;
}

describe('whatRuns', () => {
  const good = aDeployment(1, a, succeeded);
  const cases: readonly [string, readonly DeploymentFact[], number | undefined][] = [
    ['nothing before the first deployment', [], undefined],
    ['the success', [good], 1],
    ['the success while the next one has only begun', [good, aDeployment(2, b, [{ entry: begun }])], 1],
    [
      'the next one from its first share of users on',
      [good, aDeployment(2, b, [{ entry: stage('ten', 10, 'baking') }])],
      2,
    ],
    ['the success when the canary turned back', [good, aDeployment(2, b, turnedBack)], 1],
    [
      'the canary until its traffic is restored',
      [good, aDeployment(2, b, [{ entry: stage('ten', 10, 'rollback') }])],
      2,
    ],
    [
      'one that completed though its smoke test failed after',
      [
        good,
        aDeployment(2, b, [
          { entry: { kind: 'completed', side: 'green' } },
          { state: 'failure', entry: { kind: 'smoke', verdict: 'fail', passed: 3, total: 14 } },
        ]),
      ],
      2,
    ],
    [
      'one that succeeded without any traffic to shift',
      [good, aDeployment(2, b, [{ state: 'success', entry: { kind: 'finished' } }])],
      2,
    ],
    [
      'the older one though it is retired: inactive is never bad',
      [aDeployment(1, a, [...succeeded, { state: 'inactive', entry: { kind: 'ended', how: 'retired', detail: '' } }])],
      1,
    ],
    [
      'the target of a rollback that switched, verified or not',
      [
        good,
        aDeployment(2, b, succeeded),
        aDeployment(3, rollbackPayload({ from: left }), [
          { entry: { kind: 'rollback', phase: 'switched', detail: 'to blue' } },
          { state: 'failure', entry: { kind: 'rollback', phase: 'failed', detail: 'not verified' } },
        ]),
      ],
      3,
    ],
    [
      'what ran before a rollback that was refused',
      [
        good,
        aDeployment(2, b, succeeded),
        aDeployment(3, rollbackPayload({ from: left }), [
          { state: 'failure', entry: { kind: 'rollback', phase: 'refused', detail: 'contract-migration' } },
        ]),
      ],
      2,
    ],
    [
      'what ran before a rollback by flag: the version stayed',
      [
        good,
        aDeployment(2, b, succeeded),
        aDeployment(3, rollbackPayload({ from: left, how: 'flag' }), [
          { state: 'success', entry: { kind: 'rollback', phase: 'verified', detail: '' } },
        ]),
      ],
      2,
    ],
    [
      'what ran before a drill and a migration',
      [
        good,
        aDeployment(2, migrationPayload(), [
          { state: 'success', entry: { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'expand' } },
        ]),
        aDeployment(3, rollbackPayload({ drill: true }), [{ state: 'success', entry: { kind: 'finished' } }], {
          task: 'deploy:drill',
        }),
      ],
      1,
    ],
    [
      'a version that still has users in one leg',
      [
        good,
        aDeployment(2, b, [
          { entry: stage('ten', 10, 'promote'), leg: 'eu' },
          { entry: stage('ten', 10, 'promote'), leg: 'us' },
          { entry: { kind: 'restored', side: 'blue', because: '' }, leg: 'us' },
        ]),
      ],
      2,
    ],
  ];
  test.each(cases)('is %s', (_, facts, id) => {
    expect(whatRuns(history(...facts))?.id).toBe(id);
  });
});

describe('predecessorOf', () => {
  test('is the newest success, not an unfinished one that has users', () => {
    const facts = [aDeployment(1, a, succeeded), aDeployment(2, b, [{ entry: stage('ten', 10, 'baking') }])];

    expect(predecessorOf(history(...facts))?.id).toBe(1);
  });

  test('is the rollback after a rollback, and its commit the target', () => {
    const facts = [
      aDeployment(1, a, succeeded),
      aDeployment(2, b, [
        ...succeeded,
        { state: 'failure', entry: { kind: 'rolled-back', to: 'v1', deploymentId: 1 } },
      ]),
      aDeployment(3, rollbackPayload({ from: left }), [
        { state: 'success', entry: { kind: 'rollback', phase: 'verified', detail: '' } },
      ]),
    ];

    expect(predecessorOf(history(...facts))).toMatchObject({ id: 3, sha: shaOf('a') });
    expect(predecessorOf(history(...facts.slice(0, 2)))?.id).toBe(1);
  });
});

describe('condemned', () => {
  const rolledBack = aDeployment(3, rollbackPayload({ from: left }), [
    { state: 'success', entry: { kind: 'rollback', phase: 'verified', detail: '' } },
  ]);

  test('holds what a canary turned back from and what a rollback left', () => {
    expect(condemned(history(aDeployment(2, b, turnedBack)))).toEqual(new Set([shaOf('b')]));
    expect(condemned(history(aDeployment(2, b, succeeded), rolledBack))).toEqual(new Set([shaOf('b')]));
  });

  test('lets go of a version that succeeds again going forward, not of one that only tries', () => {
    const first = aDeployment(2, b, succeeded);

    expect(condemned(history(first, rolledBack, aDeployment(4, b, [{ entry: begun }])))).toEqual(new Set([shaOf('b')]));
    expect(condemned(history(first, rolledBack, aDeployment(4, b, succeeded)))).toEqual(new Set());
  });

  test('does not hold what was only cancelled, nor what a refused, planned or flag rollback spoke of', () => {
    const cancelled = aDeployment(2, b, [
      { entry: stage('ten', 10, 'baking') },
      { state: 'error', entry: { kind: 'restored', side: 'blue', because: 'cancelled' } },
    ]);
    const refused = aDeployment(3, rollbackPayload({ from: left }), [
      { state: 'failure', entry: { kind: 'rollback', phase: 'refused', detail: '' } },
    ]);
    const flag = aDeployment(4, rollbackPayload({ from: left, how: 'flag' }), [
      { state: 'success', entry: { kind: 'finished' } },
    ]);

    expect(condemned(history(cancelled, refused, flag))).toEqual(new Set());
  });
});

describe('an attempt', () => {
  test.each([
    ['one ms before its watch is over', 1_000 - 1, true],
    ['when its watch is over', 1_000, false],
    ['after', 1_001, false],
  ])('that succeeded is open %s: %s', (_, after, open) => {
    const done = attempt(...succeeded);

    expect(isOpen(done, { now: (done.succeededAt ?? 0) + after, forMs: 1_000 })).toBe(open);
  });

  test('is open while unfinished, and never when it failed', () => {
    expect(isOpen(attempt({ entry: begun }), { now: noon * 2, forMs: 0 })).toBe(true);
    expect(isOpen(attempt(...turnedBack), { now: 0, forMs: 1_000 })).toBe(false);
  });

  test.each([
    [false, true],
    [true, false],
    [undefined, false],
  ])('is left when unfinished and carried is %s: %s', (carried, isOne) => {
    expect(isLeft(attempt({ entry: begun }), carried)).toBe(isOne);
    expect(isLeft(attempt(...succeeded), carried)).toBe(false);
  });

  test('tells its sides and weights leg by leg, and the highest weight without one', () => {
    const legs = attempt(
      { entry: { kind: 'sides', stable: 'blue', canary: 'green' }, leg: 'eu' },
      { entry: { kind: 'sides', stable: 'green', canary: 'blue' }, leg: 'us' },
      { entry: stage('ten', 10, 'baking'), leg: 'eu' },
      { entry: stage('half', 50, 'baking'), leg: 'us' },
    );

    expect(sidesOf(legs, 'eu')).toEqual({ stable: 'blue', canary: 'green' });
    expect(sidesOf(legs, 'us')).toEqual({ stable: 'green', canary: 'blue' });
    expect([weightOf(legs, 'eu'), weightOf(legs, 'us'), weightOf(legs)]).toEqual([10, 50, 50]);
    expect(sidesOf(attempt({ entry: begun }))).toBeUndefined();
  });

  test('has 100 after it completed, and nothing after a restore or a rollback', () => {
    expect(weightOf(attempt(...succeeded))).toBe(100);
    expect(weightOf(attempt(...turnedBack))).toBe(0);
    expect(weightOf(attempt(...succeeded, { entry: { kind: 'rolled-back', to: 'v0', deploymentId: 7 } }))).toBe(0);
  });
});

test('a deployment is the first while none ever got users', () => {
  expect(isFirst(history(aDeployment(1, a, [{ entry: begun }])))).toBe(true);
  expect(isFirst(history(aDeployment(1, a, turnedBack)))).toBe(false);
  expect(isFirst(history(aDeployment(1, a, succeeded)))).toBe(false);
});
