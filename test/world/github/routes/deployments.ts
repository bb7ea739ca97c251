// Routes about deployments and their statuses, with the rules that the description leaves out.
import type { Commit, Deployment } from '../records.ts';
import { invalid, notFound, refuse } from '../refusal.ts';
import { MergeConflict } from '../repository-git.ts';
import type { Asked, Routes } from '../routing.ts';
import { deploymentShape, deploymentStatusShape } from '../shapes/deployments.ts';
import { reading, writing } from '../tokens.ts';
import { newestStatuses } from './checks.ts';

/** Characters of a deployment status' description (`reference/github.md` section 2). */
const longestDescription = 140;

export const deploymentRoutes: Routes = {
  'repos/list-deployments': {
    needs: reading('deployments'),
    answer(asked) {
      // "none" is the documented default of each filter and filters nothing.
      const wanted = (name: string) => (asked.text(name) === 'none' ? undefined : asked.option(name));
      const [sha, ref, task, environment] = [wanted('sha'), wanted('ref'), wanted('task'), wanted('environment')];
      const found = newestFirst(asked.listed(asked.repo.deployments()))
        .filter((each) => sha === undefined || each.sha === sha)
        .filter((each) => ref === undefined || each.ref === ref)
        .filter((each) => task === undefined || each.task === task)
        .filter((each) => environment === undefined || each.environment === environment);
      return { status: 200, body: asked.page(found).map((each) => deploymentShape(asked.repo, each)) };
    },
  },
  'repos/create-deployment': { needs: writing('deployments'), answer: createDeployment },
  'repos/get-deployment': {
    needs: reading('deployments'),
    answer: (asked) => ({ status: 200, body: deploymentShape(asked.repo, findDeployment(asked)) }),
  },
  'repos/list-deployment-statuses': {
    needs: reading('deployments'),
    answer(asked) {
      const deployment = findDeployment(asked);
      const statuses = asked.listed(deployment.statuses).reverse();
      return {
        status: 200,
        body: asked.page(statuses).map((status) => deploymentStatusShape(asked.repo, deployment, status)),
      };
    },
  },
  'repos/create-deployment-status': { needs: writing('deployments'), answer: createStatus },
  'repos/get-deployment-status': {
    needs: reading('deployments'),
    answer(asked) {
      const deployment = findDeployment(asked);
      const status = deployment.statuses.find((each) => each.id === asked.number('status_id'));
      if (status === undefined) throw notFound();
      return { status: 200, body: deploymentStatusShape(asked.repo, deployment, status) };
    },
  },
};

/** Newest first by creation; of the same second the later made. */
export function newestFirst(deployments: readonly Deployment[]): Deployment[] {
  return [...deployments].sort((left, right) => right.createdAt.localeCompare(left.createdAt) || right.id - left.id);
}

function findDeployment(asked: Asked): Deployment {
  const deployment = asked.repo.findDeployment(asked.number('deployment_id'));
  if (deployment === undefined) throw notFound();
  return deployment;
}

function createDeployment(asked: Asked) {
  const { body, repo } = asked;
  const commit = repo.resolve(body.ref);
  if (commit === undefined) throw refuse(422, `No ref found for: ${body.ref}`);
  if (body.auto_merge !== false && isBehindDefault(asked, commit)) return mergeDefault(asked, body.ref);
  demandContexts(asked, commit, body.ref);
  const deployment = repo.deployment({
    ref: body.ref,
    sha: commit.sha,
    task: body.task ?? 'deploy',
    environment: body.environment ?? 'production',
    payload: body.payload ?? {},
    description: body.description ?? null,
    transient: body.transient_environment ?? false,
    production: body.production_environment ?? (body.environment ?? 'production') === 'production',
    creator: asked.caller.user.login,
  });
  return { status: 201, body: deploymentShape(repo, asked.made(deployment)) };
}

function isBehindDefault(asked: Asked, commit: Commit): boolean {
  return asked.hub.objects.between(commit.sha, asked.repo.head()).length > 0;
}

/**
 * The default `auto_merge: true` merges and deploys nothing (`reference/github.md` section 2). What GitHub does for a tag or a sha that is
 * behind is not documented; here it is refused the same way, so that whoever forgot `auto_merge: false` hears of it.
 */
function mergeDefault(asked: Asked, ref: string) {
  const { repo } = asked;
  const branch = ref.replace(/^refs\/heads\//, '');
  const by = asked.caller.user;
  try {
    const message = `Merge ${repo.defaultBranch} into ${branch}`;
    if (repo.branches.has(branch)) repo.mergeCommits(branch, repo.head(), { method: 'merge', message, by, author: by });
  } catch (error) {
    if (error instanceof MergeConflict) throw refuse(409, `Conflict merging ${repo.defaultBranch} into ${branch}.`);
    throw error;
  }
  return { status: 202, body: { message: `Auto-merged ${repo.defaultBranch} into ${branch} on deployment.` } };
}

/** Without `required_contexts` all contexts of the commit must be green; with it, the named ones; with none named, none (`reference/github.md` section 2). */
function demandContexts(asked: Asked, commit: Commit, ref: string): void {
  const { repo } = asked;
  const states = new Map<string, string>(
    repo.checkRunsOf(commit.sha).map((run) => [run.name, run.conclusion ?? 'pending']),
  );
  for (const status of newestStatuses(repo.statusesOf(commit.sha))) states.set(status.context, status.state);
  const required: string[] = asked.body.required_contexts ?? [...states.keys()];
  const green = ['success', 'neutral', 'skipped'];
  const contexts = required
    .map((context) => ({ context, state: states.get(context) ?? 'missing' }))
    .filter(({ state }) => !green.includes(state));
  if (contexts.length === 0) return;
  const errors = [{ contexts, resource: 'Deployment', field: 'required_contexts', code: 'invalid' }];
  throw refuse(409, `Conflict: Commit status checks failed for ${ref}.`, { errors });
}

function createStatus(asked: Asked) {
  const { body, repo } = asked;
  const deployment = findDeployment(asked);
  if ([...(body.description ?? '')].length > longestDescription) {
    throw invalid(
      'DeploymentStatus',
      'description',
      `description is too long (maximum is ${longestDescription} characters)`,
    );
  }
  const creator = asked.caller.user.login;
  const status = repo.deploymentStatus(deployment, {
    state: body.state,
    description: body.description ?? '',
    ...(body.environment === undefined ? {} : { environment: body.environment }),
    environmentUrl: body.environment_url ?? '',
    // target_url is the old name of log_url.
    logUrl: body.log_url || body.target_url || '',
    creator,
  });
  asked.made(status);
  if (body.auto_inactive !== false && status.state === 'success') {
    for (const earlier of overtakenBy(asked, deployment))
      repo.deploymentStatus(earlier, { state: 'inactive', creator });
  }
  return { status: 201, body: deploymentStatusShape(repo, deployment, status) };
}

/** auto_inactive: earlier successes of the same environment that are neither transient nor production (`reference/github.md` section 2). */
function overtakenBy(asked: Asked, deployment: Deployment): Deployment[] {
  return asked.repo
    .deployments()
    .filter((each) => each.id < deployment.id && each.environment === deployment.environment)
    .filter((each) => !each.transient && !each.production && each.statuses.at(-1)?.state === 'success');
}
