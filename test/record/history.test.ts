// Which Deployments are ours, and what their statuses add up to.
import { describe, expect, test } from '@jest/globals';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import {
  begunBy,
  childrenOf,
  emptyHistory,
  forwards,
  readHistory,
  rollbacks,
  unfinished,
} from '../../src/record/history.ts';
import {
  aDeployment,
  begun,
  forwardPayload,
  migrationPayload,
  minute,
  noon,
  rollbackPayload,
  shaOf,
  succeeded,
} from './deployments.ts';

const here = { environment: 'production', unit: '' };

describe('readHistory', () => {
  test('keeps ours newest first, with payload, creator and what happened', () => {
    const facts = [aDeployment(1, forwardPayload()), aDeployment(2, forwardPayload({ version: 'v2' }), succeeded)];

    const { attempts } = readHistory(facts, here);

    expect(attempts.map(({ id }) => id)).toEqual([2, 1]);
    expect(attempts[0]).toMatchObject({ creator: 'github-actions[bot]', task: 'deploy', sha: shaOf('b') });
    expect(attempts[0]?.payload.version).toBe('v2');
    expect(attempts[0]?.happened.map(({ entry }) => entry.kind)).toEqual(['begun', 'sides', 'stage', 'completed']);
  });

  test.each([
    ['an object', forwardPayload()],
    ['a JSON string', JSON.stringify(forwardPayload())],
    ['a string encoded twice', JSON.stringify(JSON.stringify(forwardPayload()))],
  ])('reads a payload that arrives as %s', (_, payload) => {
    const facts = [aDeployment(1, forwardPayload(), [], { payload })];

    expect(readHistory(facts, here).attempts).toHaveLength(1);
  });

  test('stops at two layers of encoding and takes the rest for foreign', () => {
    const payload = JSON.stringify(JSON.stringify(JSON.stringify(forwardPayload())));

    expect(readHistory([aDeployment(1, forwardPayload(), [], { payload })], here)).toEqual({
      ...emptyHistory,
      foreign: 1,
    });
  });

  test('counts what GitHub makes for a job environment as foreign, and other environments not at all', () => {
    const facts = [
      aDeployment(1, forwardPayload(), [], { payload: {} }),
      aDeployment(2, forwardPayload(), [], { payload: '' }),
      aDeployment(3, forwardPayload({ environment: 'staging' })),
    ];

    expect(readHistory(facts, here)).toEqual({ attempts: [], foreign: 2, malformed: 0, unsigned: [] });
  });

  const malformed: readonly [string, Partial<DeploymentFact>][] = [
    ['a key is missing', { payload: { ...forwardPayload(), tier: undefined } }],
    ['a key is unknown', { payload: { ...forwardPayload(), extra: 1 } }],
    ['the schema is a later one', { payload: { ...forwardPayload(), schema: 2 } }],
    ['it speaks of another commit', { sha: shaOf('c') }],
    ['it speaks of another environment', { payload: forwardPayload({ environment: 'staging' }) }],
    ['its task is another one', { task: 'deploy:rollback' }],
  ];
  test.each(malformed)('counts it as malformed when %s', (_, change) => {
    expect(readHistory([aDeployment(1, forwardPayload(), [], change)], here)).toEqual({
      attempts: [],
      foreign: 0,
      malformed: 1,
      unsigned: [],
    });
  });

  test('looks at one unit and leaves the others uncounted', () => {
    const facts = [aDeployment(1, forwardPayload({ unit: 'shop' })), aDeployment(2, forwardPayload({ unit: 'api' }))];

    expect(readHistory(facts, { environment: 'production', unit: 'shop' })).toMatchObject({
      attempts: [{ id: 1 }],
      foreign: 0,
      malformed: 0,
      unsigned: [],
    });
  });
});

describe('an attempt', () => {
  test('is pending while nobody said anything, and unfinished', () => {
    const [attempt] = readHistory([aDeployment(1, forwardPayload())], here).attempts;

    expect(attempt).toMatchObject({ state: 'pending', happened: [] });
    expect(attempt === undefined || unfinished(attempt)).toBe(true);
    expect(attempt).not.toHaveProperty('endedAt');
  });

  test('keeps its first success when it is later rolled back or inactive', () => {
    const said = [
      ...succeeded,
      { state: 'failure', entry: { kind: 'rolled-back', to: 'v1', deploymentId: 9 } },
      { state: 'inactive', entry: { kind: 'ended', how: 'retired', detail: '' } },
    ] as const;
    const [attempt] = readHistory([aDeployment(1, forwardPayload(), said)], here).attempts;
    const createdAt = noon + 60 * minute;

    expect(attempt).toMatchObject({
      state: 'inactive',
      succeededAt: createdAt + 4 * minute,
      endedAt: createdAt + 4 * minute,
    });
  });

  test('takes the time that was written late, but never one after it was written', () => {
    const written = noon + 500 * minute;
    const said = [
      { entry: begun, at: noon, written },
      { entry: begun, at: written + minute, written },
    ];
    const [attempt] = readHistory([aDeployment(1, forwardPayload(), said)], here).attempts;

    expect(attempt?.happened.map(({ at }) => at)).toEqual([noon, written]);
  });
});

describe('the looks at a history', () => {
  const facts = [
    aDeployment(1, forwardPayload(), succeeded),
    aDeployment(2, migrationPayload({ parent: 1 })),
    aDeployment(3, rollbackPayload()),
    aDeployment(4, rollbackPayload({ drill: true }), [], { task: 'deploy:drill' }),
    aDeployment(5, forwardPayload({ run: { ...forwardPayload().run, id: 200 } })),
  ];
  const history = readHistory(facts, here);

  test('tell forward, back, children and whose run it was; a drill is no rollback', () => {
    expect(forwards(history).map(({ id }) => id)).toEqual([5, 1]);
    expect(rollbacks(history).map(({ id }) => id)).toEqual([3]);
    expect(childrenOf(history, 1).map(({ id }) => id)).toEqual([2]);
    expect(begunBy(history, 200).map(({ id }) => id)).toEqual([5]);
  });
});
