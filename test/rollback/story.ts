// Builds histories for tests of rollback and its neighbours: Deployments with payloads and statuses, written as one line each.
import type { DeploymentFact, DeploymentState } from '../../src/evidence/fact.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { ForwardPayload, MigrationPayload, RollbackPayload } from '../../src/record/payload.ts';
import { describeEntry } from '../../src/record/words.ts';

export type Said = readonly [DeploymentState, Entry];

const start = Date.UTC(2026, 10, 17, 8, 0, 0);
const hour = 3_600_000;

export function commit(letter: string): string {
  return letter.repeat(40);
}

interface Past {
  readonly id: number;
  readonly letter: string;
  readonly runId?: number;
  /** Hours after 08:00 that it began; default two for each id. */
  readonly at?: number;
}

/** A forward Deployment `v<letter>`. */
export function forward(past: Past & { readonly previous?: Past; readonly said: readonly Said[] }): DeploymentFact {
  const payload: ForwardPayload = {
    ...shared(past),
    kind: 'deploy',
    legs: [],
    tree: commit('1'),
    pulls: [past.id],
    tier: 'medium',
    type: 'standard',
    plan: 'canary',
    policy: { path: '.github/deploy-policy.yml', sha: commit('f'), digest: 'abc', name: 'policy' },
    previous:
      past.previous === undefined
        ? null
        : { deploymentId: past.previous.id, sha: commit(past.previous.letter), version: `v${past.previous.letter}` },
    migrations: [],
  };
  return fact(past, 'deploy', payload, past.said);
}

/** A rollback that left `from` for `letter`. */
export function rolledBack(past: Past & { readonly from: Past; readonly said: readonly Said[] }): DeploymentFact {
  const payload: RollbackPayload = {
    ...shared(past),
    kind: 'rollback',
    drill: false,
    leg: '',
    from: { deploymentId: past.from.id, sha: commit(past.from.letter), version: `v${past.from.letter}` },
    to: { deploymentId: 1, sha: commit(past.letter), version: `v${past.letter}` },
    how: 'traffic',
    reason: '',
    severity: '',
    pulls: [],
  };
  return fact(past, 'deploy:rollback', payload, past.said);
}

/** A migration child of `parent` with one file. */
export function migrated(
  past: Past & { readonly parent: number | null; readonly compatibility: string; readonly said: readonly Said[] },
): DeploymentFact {
  const payload: MigrationPayload = {
    ...shared(past),
    kind: 'migration',
    parent: past.parent,
    leg: '',
    tool: 'plain-sql',
    set: 'due',
    files: [
      { id: 'V044', path: 'db/migrations/V044__drop.sql', sha256: commit('0'), compatibility: past.compatibility },
    ],
    before: [],
  };
  return fact(past, 'deploy:migration', payload, past.said);
}

export const promoted: readonly Said[] = [
  ['in_progress', { kind: 'begun', tier: 'medium', plan: 'canary' }],
  ['in_progress', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'promote', reason: '' }],
  ['success', { kind: 'completed', side: 'green' }],
];

export const turnedBack: readonly Said[] = [
  ['in_progress', { kind: 'sides', stable: 'blue', canary: 'green' }],
  ['in_progress', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'baking', reason: '' }],
  ['in_progress', { kind: 'restored', side: 'blue', because: 'limit:error-rate' }],
  ['failure', { kind: 'stage', stage: 'ten', weight: 0, verdict: 'rollback', reason: 'limit:error-rate' }],
];

export const halfWay: readonly Said[] = [
  ['in_progress', { kind: 'sides', stable: 'blue', canary: 'green' }],
  ['in_progress', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'baking', reason: '' }],
];

export const restoredSaid: readonly Said[] = [
  ['in_progress', { kind: 'rollback', phase: 'switched', detail: 'to blue' }],
  ['success', { kind: 'rollback', phase: 'verified', detail: '' }],
];

function shared(past: Past) {
  const id = past.runId ?? past.id;
  return {
    marker: 'boring-deploys' as const,
    schema: 1 as const,
    run: { id, attempt: 1, url: `https://github.example/octo-org/shop/actions/runs/${id}` },
    environment: 'production',
    unit: '',
    version: `v${past.letter}`,
    artifact: [],
    sha: commit(past.letter),
  };
}

function fact(past: Past, task: string, payload: object, said: readonly Said[]): DeploymentFact {
  const began = start + (past.at ?? past.id * 2) * hour;
  return {
    id: past.id,
    sha: commit(past.letter),
    ref: 'main',
    task,
    environment: 'production',
    description: '',
    payload,
    creator: 'github-actions[bot]',
    createdAt: began,
    statuses: said.map(([state, entry], index) => ({
      state,
      description: describeEntry(entry),
      createdAt: began + index * 60_000,
      logUrl: '',
      creator: 'github-actions[bot]',
    })),
  };
}
