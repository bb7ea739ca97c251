// The ground of rollbacks by their bundle: a place with two versions, and a press of the button there.
import type { Deployment, WorkflowRun } from '../world/github/records.ts';
import type { StepHandle, Words } from '../world/runner/types.ts';
import type { JobAsked, SingleJob, Town } from '../world/town.ts';

const file = '.github/workflows/rollback.yml';
const permissions: NonNullable<JobAsked['permissions']> = {
  contents: 'read',
  actions: 'write',
  checks: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
};

/** A place where the newest version is on green with everybody, and the one before on blue. */
export interface Ground {
  readonly place: string;
  readonly good: string;
  readonly bad: Deployment;
}

export async function prepared(town: Town, place: string): Promise<Ground> {
  const [good = '', now = ''] = [1, 2].map((n) => town.repo.commit({ files: { 'n.txt': `${place} ${n}` } }).sha);
  const first = carried(town, place, good, null);
  const bad = carried(town, place, now, first);
  await town.service.blue.deploy({ version: good.slice(0, 7), sha: good });
  await town.service.green.deploy({ version: now.slice(0, 7), sha: now });
  town.router.setWeights({ blue: 0, green: 100 });
  return { place, good, bad };
}

function carried({ repo }: Town, environment: string, sha: string, before: Deployment | null): Deployment {
  const shared = { marker: 'boring-deploys', schema: 1, run: { id: 1, attempt: 1, url: '' }, environment, unit: '' };
  const plan = { tier: 'high', type: 'standard', plan: 'canary', policy: { path: '', sha: '', digest: '', name: '' } };
  const rest = {
    kind: 'deploy',
    legs: [],
    tree: '',
    pulls: [],
    migrations: [],
    artifact: [],
    version: sha.slice(0, 7),
  };
  const previous = before && { deploymentId: before.id, sha: before.sha, version: before.sha.slice(0, 7) };
  const said = ['sides: stable blue, canary green', 'canary full 100 %: baking', 'canary complete: green 100 %'];
  const statuses = said.map((description, n) => ({ state: n === 2 ? 'success' : 'in_progress', description }) as const);
  return repo.deployment({ sha, environment, payload: { ...shared, ...plan, ...rest, sha, previous }, statuses });
}

export function press(
  town: Town,
  { place }: Ground,
  again?: WorkflowRun,
  env: Words = {},
): { readonly job: SingleJob; readonly step: StepHandle } {
  const occasion = town.occasions.dispatched(file);
  const job = town.job({ occasion, path: file, permissions, env, ...(again === undefined ? {} : { again }) });
  return { job, step: job.start('rollback', { with: { environment: place, comment: 'false' } }) };
}
