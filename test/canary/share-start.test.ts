// The start of a plan by flag: whose the share is that stands there now.
import { expect, test } from '@jest/globals';
import { startByShare } from '../../src/canary/share-start.ts';
import { known } from '../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import type { Entry } from '../../src/record/entry.ts';
import { readHistory } from '../../src/record/history.ts';
import { describeEntry } from '../../src/record/words.ts';
import { aStage } from './example.ts';

/** Another Deployment that walked the same flag, and was left in the middle. */
function left(entries: readonly Entry[]): DeploymentFact {
  const sha = 'a'.repeat(40);
  const at = { id: 1, sha, ref: '', task: 'deploy', environment: 'production', description: '' } as const;
  const marked = { marker: 'boring-deploys', schema: 1, kind: 'deploy', environment: 'production', unit: '' };
  const made = { version: 'v1', artifact: [], sha, legs: [], tree: '', pulls: [], tier: 'low', type: 'standard' };
  const policy = { path: '', sha: '', digest: '', name: '' };
  const run = { id: 1, attempt: 1, url: '' };
  return {
    ...at,
    payload: { ...marked, ...made, run, plan: 'canary', policy, previous: null, migrations: [] },
    creator: '',
    createdAt: 1000,
    statuses: entries.map((entry, index) => ({
      state: 'in_progress',
      description: describeEntry(entry, { leg: '' }),
      createdAt: 1000 + index,
      logUrl: '',
      creator: '',
    })),
  };
}

const sides: Entry = { kind: 'sides', stable: 'off', canary: 'on' };
const before = (on: number): Entry => ({ kind: 'before', weights: { off: 100 - on, on } });
const shifted: Entry = { kind: 'stage', stage: 'ten', weight: 10, verdict: 'shifting', reason: '' };

test.each([
  ['a share that a left walk made is its own', [sides, shifted], 10, 'occupied'],
  [
    'one that a left walk found there, and that its stage has too, is nobody’s',
    [sides, before(10), shifted],
    10,
    'ready',
  ],
  ['one that no stage of it had is nobody’s', [sides, shifted], 5, 'ready'],
] as const)('%s', (_name, told, on, kind) => {
  const stages = [aStage(), aStage({ id: 'full', weight: 100, weightTo: 100 })];
  const plan = {
    name: 'canary',
    by: 'flag',
    stages,
    everyMs: 1000,
    inconclusive: 'restore',
    smoke: {},
    watch: [],
  } as const;
  const start = startByShare({
    weights: known({ off: 100 - on, on }),
    plan,
    routing: { router: 'http', sides: ['off', 'on'], options: {}, environment: 'production', leg: '', by: 'flag' },
    history: readHistory([left(told)], { environment: 'production', unit: '' }),
    attempt: undefined,
    leg: '',
    isAlike: () => true,
  });

  expect(start).toMatchObject(kind === 'ready' ? { kind, weight: on, away: false } : { kind, by: { id: 1 } });
});
