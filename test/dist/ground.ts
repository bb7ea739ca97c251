// The ground that the tests of the bundles share: a town whose runner starts them, and words to read what they left behind.
import type { DeploymentState, Pull } from '../world/github/fake.ts';
import type { Annotation, StepResult } from '../world/runner/types.ts';
import { startTown, type Town, type TownOptions } from '../world/town.ts';

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

/** The newest state of a Deployment, by its id as outputs tell it. */
export function stateOf(town: Town, id: string | number | undefined): DeploymentState | undefined {
  return town
    .deployments()
    .find((one) => String(one.id) === String(id))
    ?.statuses.at(-1)?.state;
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
