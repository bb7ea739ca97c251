// Builders of Deployments as GitHub tells them, with our payload and our words; for the tests of record and report.
import type { DeploymentFact, DeploymentState, StatusFact } from '../../src/evidence/fact.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { ForwardPayload, MigrationPayload, RollbackPayload } from '../../src/record/payload.ts';
import type { DeploymentStore } from '../../src/record/store.ts';
import { describeEntry, type EntryPrefix } from '../../src/record/words.ts';

export const noon = Date.UTC(2026, 10, 20, 12);
export const minute = 60_000;

/** A sha of one letter, so that tests read. */
export function shaOf(letter: string): string {
  return letter.repeat(40);
}

export function forwardPayload(change: Partial<ForwardPayload> = {}): ForwardPayload {
  return {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'deploy',
    run: { id: 100, attempt: 1, url: 'https://github.com/octo-org/shop/actions/runs/100' },
    environment: 'production',
    unit: '',
    version: 'v1.8.0',
    artifact: [],
    sha: shaOf('b'),
    legs: [],
    tree: shaOf('7'),
    pulls: [482],
    tier: 'medium',
    type: 'standard',
    plan: 'canary',
    policy: { path: '.github/deploy-policy.yml', sha: shaOf('9'), digest: '9d41c0712345', name: 'standard-sop' },
    previous: null,
    migrations: [],
    ...change,
  };
}

export function rollbackPayload(change: Partial<RollbackPayload> = {}): RollbackPayload {
  const { run, environment, unit } = forwardPayload();
  return {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'rollback',
    run,
    environment,
    unit,
    version: 'v1.7.4',
    artifact: [],
    sha: shaOf('a'),
    drill: false,
    leg: '',
    from: null,
    to: null,
    how: 'traffic',
    reason: 'asked for',
    severity: 'P1',
    pulls: [482],
    ...change,
  };
}

export function migrationPayload(change: Partial<MigrationPayload> = {}): MigrationPayload {
  const { run, environment, unit, version, artifact, sha } = forwardPayload();
  return {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'migration',
    run,
    environment,
    unit,
    version,
    artifact,
    sha,
    parent: null,
    leg: '',
    tool: 'plain-sql',
    set: 'due',
    files: [],
    before: [],
    ...change,
  };
}

export type Said = EntryPrefix & { readonly state?: DeploymentState; readonly entry: Entry; readonly written?: number };

const tasks = { deploy: 'deploy', migration: 'deploy:migration', rollback: 'deploy:rollback' } as const;

/** A Deployment whose statuses say these entries, a minute apart unless `written` says when. */
export function aDeployment(
  id: number,
  payload: ForwardPayload | RollbackPayload | MigrationPayload,
  said: readonly Said[] = [],
  change: Partial<DeploymentFact> = {},
): DeploymentFact {
  const createdAt = noon + id * 60 * minute;
  return {
    id,
    sha: payload.sha,
    ref: payload.sha,
    task: tasks[payload.kind],
    environment: payload.environment,
    description: '',
    payload,
    creator: 'github-actions[bot]',
    createdAt,
    statuses: said.map(
      (one, index): StatusFact => ({
        state: one.state ?? 'in_progress',
        description: describeEntry(one.entry, one),
        createdAt: one.written ?? createdAt + (index + 1) * minute,
        logUrl: payload.run.url,
        creator: 'github-actions[bot]',
      }),
    ),
    ...change,
  };
}

export const begun: Entry = { kind: 'begun', tier: 'medium', plan: 'canary' };

export function stage(name: string, weight: number, verdict: 'baking' | 'promote' | 'hold' | 'rollback'): Entry {
  return { kind: 'stage', stage: name, weight, verdict, reason: '' };
}

/** What a good deployment says, from gate to success. */
export const succeeded: readonly Said[] = [
  { entry: begun },
  { entry: { kind: 'sides', stable: 'blue', canary: 'green' } },
  { entry: stage('ten', 10, 'promote') },
  { state: 'success', entry: { kind: 'completed', side: 'green' } },
];

/** What a canary says that turned back by itself. */
export const turnedBack: readonly Said[] = [
  { entry: begun },
  { entry: stage('ten', 10, 'rollback') },
  { state: 'failure', entry: { kind: 'restored', side: 'blue', because: 'limit:error-rate' } },
];

/** A store that numbers Deployments from 1; `lag` hides the newest from lists, as GitHub's own may. */
export function aStore(facts: readonly DeploymentFact[] = [], lag = 0) {
  let all = [...facts];
  const store: DeploymentStore = {
    create: async (made) => {
      const id = all.length + 1;
      const fact: DeploymentFact = {
        ...made,
        id,
        ref: made.sha,
        payload: JSON.parse(JSON.stringify(made.payload)),
        creator: 'github-actions[bot]',
        createdAt: noon,
        statuses: [],
      };
      all = [...all, fact];
      return fact;
    },
    say: async (id, status) => {
      const said = { ...status, createdAt: noon, creator: 'github-actions[bot]' };
      all = all.map((one) => (one.id === id ? { ...one, statuses: [...one.statuses, said] } : one));
    },
    list: async (environment) =>
      [...all]
        .reverse()
        .slice(lag)
        .filter((one) => one.environment === environment),
    statuses: async (id) => all.find((one) => one.id === id)?.statuses ?? [],
  };
  return { store, all: () => all };
}
