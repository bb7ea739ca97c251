// The redeploy: the exact version of the target is put on its place again, by what the policy names.

import type { WorkflowRunFact } from '../evidence/fact.ts';
import type { Redeployed } from '../evidence/way-back.ts';
import type { Effective } from '../policy/effective.ts';
import type { RollbackPort } from './port.ts';
import type { Target } from './target.ts';
import { nameOf } from './way.ts';

/** By what the policy redeploys; undefined when it says nothing. A command of the repository's own goes before what we drive. */
export function redeploysBy({ rollback }: Effective): 'command' | 'kubectl' | 'helm' | 'workflow' | undefined {
  const { redeploy } = rollback;
  return (['command', 'kubectl', 'helm', 'workflow'] as const).find((one) => redeploy?.[one] !== undefined);
}

export interface Bringing {
  readonly world: RollbackPort;
  readonly policy: Effective;
  readonly side: string;
  /** Milliseconds it may take. */
  readonly withinMs: number;
}

/** Puts the target on a side (empty: the only place). */
export async function bring(target: Target, bringing: Bringing): Promise<Redeployed> {
  const { world, policy, side, withinMs } = bringing;
  const by = redeploysBy(policy);
  const limit = Math.min(withinMs, policy.rollback.redeploy?.timeoutMs ?? withinMs);
  if (by === 'kubectl' || by === 'helm') {
    const options = policy.rollback.redeploy?.[by] ?? {};
    return world.redeployer({ by, options, side, environment: policy.environment }).bring(target, limit);
  }
  return by === 'workflow' ? byWorkflow(target, { ...bringing, withinMs: limit }) : byCommand(target, bringing);
}

/** What really runs, where the redeployer can tell; undefined where only the side itself can. */
export async function whatReallyRuns(target: Target, { world, policy, side }: Omit<Bringing, 'withinMs'>) {
  const by = redeploysBy(policy);
  if (by !== 'kubectl' && by !== 'helm') return undefined;
  const options = policy.rollback.redeploy?.[by] ?? {};
  return world.redeployer({ by, options, side, environment: policy.environment }).runs(target);
}

/** The redeploy command of the policy with the target in its environment; nothing is spliced into the line. */
export function redeployCommand(policy: Effective, target: Target, side: string) {
  const { redeploy, budgetMs } = policy.rollback;
  return {
    line: redeploy?.command ?? [],
    timeoutMs: redeploy?.timeoutMs ?? budgetMs,
    env: {
      SIDE: side,
      LEG: policy.leg ?? '',
      VERSION: target.version,
      ARTIFACT: target.artifact.join('\n'),
      SHA: target.sha,
    },
  };
}

async function byCommand(target: Target, { world, policy, side }: Bringing): Promise<Redeployed> {
  const reply = await world.command(redeployCommand(policy, target, side));
  if (reply.code === 0) return { ok: true, words: 'the redeploy command ended well', fix: '', notes: [] };
  const said = reply.timedOut ? 'it took too long' : reply.stderr.trim().slice(-400) || `exit code ${reply.code}`;
  return failed(`The redeploy command failed: ${said}`, 'Mend rollback.redeploy.command and press again.');
}

/** Between two looks at the run that was started, ms. */
const pauseMs = 3_000;

/** Starts the workflow with the exact version and waits for its run. The gate in it opens for the rollback's own Deployment, which is begun. */
async function byWorkflow(target: Target, { world, policy, side, withinMs }: Bringing): Promise<Redeployed> {
  const { ask, clock, cancelled, workflows } = world;
  const workflow = policy.rollback.redeploy?.workflow ?? '';
  const look = `See its runs: gh run list --workflow ${workflow}.`;
  const until = clock.now() + withinMs;
  const before = (await runsOf(world, workflow)).map(({ id }) => id);
  const head = await ask({ kind: 'default-branch' });
  if (head.kind === 'unknown') return failed(`the default branch cannot be read: ${head.because}`, head.remedy);
  const inputs: Readonly<Record<string, string>> = {
    environment: policy.environment,
    sha: target.sha,
    version: target.version,
    artifact: target.artifact.join('\n'),
    side,
  };
  let runId: number | undefined;
  try {
    runId = await workflows.dispatch(workflow, head.value.name, inputs);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return failed(
      `${workflow} could not be started: ${said}`,
      'It needs workflow_dispatch with the inputs environment, sha, version, artifact and side, and this job `actions: write`.',
    );
  }
  let seen: WorkflowRunFact | undefined;
  while (clock.now() < until && !cancelled.aborted) {
    await clock.sleep(pauseMs, cancelled);
    const found = runId === undefined ? await newRuns(world, workflow, before) : await runOf(world, runId);
    if (found.length > 1) {
      const ids = found.map(({ id }) => id).join(', ');
      return failed(
        `Several runs of ${workflow} began at once (${ids}), and this GitHub does not tell which is ours`,
        look,
      );
    }
    seen = found[0] ?? seen;
    if (seen?.status !== 'completed') continue;
    if (seen.conclusion === 'success')
      return { ok: true, words: `${workflow} ended well: run ${seen.id}`, fix: '', notes: [] };
    return failed(`${workflow} ended with ${seen.conclusion ?? 'no conclusion'}: run ${seen.id}`, look);
  }
  const stands = seen === undefined ? 'its run does not show' : `run ${seen.id} is ${seen.status.replace('_', ' ')}`;
  return failed(`${workflow} did not bring ${nameOf(target)} within its time: ${stands}`, look);
}

async function runOf({ ask }: RollbackPort, id: number): Promise<readonly WorkflowRunFact[]> {
  const told = await ask({ kind: 'run', id });
  return told.kind === 'known' ? [told.value] : [];
}

/** Runs that were started since by their ids: GitHub's clock may be another than ours. */
async function newRuns(world: RollbackPort, workflow: string, before: readonly number[]) {
  const newest = Math.max(0, ...before);
  const runs = await runsOf(world, workflow);
  return runs.filter(({ id, event }) => event === 'workflow_dispatch' && id > newest);
}

async function runsOf({ ask }: RollbackPort, workflow: string): Promise<readonly WorkflowRunFact[]> {
  const told = await ask({ kind: 'workflow-runs', workflow });
  return told.kind === 'known' ? told.value : [];
}

function failed(words: string, fix: string): Redeployed {
  return { ok: false, words, fix, notes: [] };
}
