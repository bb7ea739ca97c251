// The ground that the tests of the bundles share: a town whose runner starts them, and words to read what they left behind.
import type { DeploymentState, Pull } from '../world/github/fake.ts';
import type { Annotation, StepResult } from '../world/runner/types.ts';
import { type SingleJob, startTown, type Town, type TownOptions } from '../world/town.ts';

/** The folder of actions under test; BORING_ACTIONS names another build than the committed one, as a folder that has `../dist` beside it. */
export const actions = process.env.BORING_ACTIONS || 'actions';

/** The five actions, which are the five bundles too. */
export const names = ['canary-step', 'migrate', 'pre-deploy-gate', 'rollback', 'smoke-test'] as const;

/** A town of bundles without a database and without users unless asked for. */
export function townOfBundles(options: TownOptions = {}): Promise<Town> {
  return startTown({ actions, database: false, users: 0, ...options });
}

let landings = 0;

/** A reviewed pull request with green CI, merged; gives the commit on main, green as well. */
export function landed(
  town: Town,
  files: Readonly<Record<string, string>> = {},
): { readonly sha: string; readonly pull: Pull } {
  landings += 1;
  const pull = town.pullRequest({
    title: `Change ${landings}`,
    body: '## Rollback\nBack to the version before.',
    files: {
      'CHANGELOG.md': `# Changelog\n- ${landings}\n`,
      [`services/shop/change-${landings}.ts`]: 'export {};\n',
      ...files,
    },
  });
  town.ci(pull.headSha);
  town.approve(pull);
  const sha = town.merge(pull);
  town.ci(sha);
  return { sha, pull };
}

export interface Begun {
  readonly job: SingleJob;
  readonly sha: string;
  readonly pull: Pull;
  /** Of the Deployment, as outputs tell it. */
  readonly id: string;
}

/** A change that landed and that the gate has let begin: installed on the idle side, the job ready for its next step. */
export async function begin(town: Town, files: Readonly<Record<string, string>> = {}): Promise<Begun> {
  const { sha, pull } = landed(town, files);
  const job = town.job({ sha });
  const gate = await job.uses('pre-deploy-gate', { with: { comment: 'false' } });
  if (gate.outputs.verdict !== 'open') throw new Error(`The gate did not open: ${shownBy(gate)}`);
  const side = town.service.side(gate.outputs['idle-side'] === 'blue' ? 'blue' : 'green');
  await side.deploy({ version: sha.slice(0, 7), sha });
  return { job, sha, pull, id: gate.outputs['deployment-id'] ?? '' };
}

/** The same, carried to all users. */
export async function carry(town: Town, files: Readonly<Record<string, string>> = {}): Promise<Begun> {
  const begun = await begin(town, files);
  const walk = await begun.job.uses('canary-step', { with: { comment: 'false' } });
  if (walk.outputs.reason !== 'completed') throw new Error(`The canary did not complete: ${shownBy(walk)}`);
  await begun.job.finish();
  return begun;
}

/** The newest state of a Deployment, by its id as outputs tell it. */
export function stateOf(town: Town, id: string | number | undefined): DeploymentState | undefined {
  return town
    .deployments()
    .find((one) => String(one.id) === String(id))
    ?.statuses.at(-1)?.state;
}

/** All that a Deployment's statuses say, oldest first, a line each. */
export function wordsOf(town: Town, id: string | number | undefined): string {
  const found = town.deployments().find((one) => String(one.id) === String(id));
  return (found?.statuses ?? []).map(({ description }) => description).join('\n');
}

/** The `::error` lines of a step, without what the runner adds about exit codes. */
export function errorsOf(step: StepResult): readonly string[] {
  return messages(step, 'error').filter((message) => !/^Process completed with exit code \d+\.$/.test(message));
}

/** The `::warning` lines of a step. */
export function warningsOf(step: StepResult): readonly string[] {
  return messages(step, 'warning');
}

function messages(step: StepResult, level: Annotation['level']): readonly string[] {
  return step.annotations.filter((one) => one.level === level).map(({ message }) => message);
}

/** All that a step shows to people who read the log or the report. */
export function shownBy(step: StepResult): string {
  return [...step.log, step.summary, ...Object.values(step.outputs)].join('\n');
}
