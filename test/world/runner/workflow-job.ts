// Runs one combination of one job of a workflow on a runner of its own: its steps, its post steps, its outputs.
import { join } from 'node:path';
import { createRunner } from './runner.ts';
import type { Job, JobOptions, Outcome, StepHandle, StepOptions, Words } from './types.ts';
import type { Leg } from './workflow.ts';
import { envOf, type StepFile } from './workflow-file.ts';

/** Runs a job to its end and notes its outcome. `siblings` holds it while it runs, for fail-fast. */
export async function runJob(
  leg: Leg,
  siblings: Set<Job>,
): Promise<{ readonly result: Outcome; readonly outputs: Words }> {
  const { run } = leg.level;
  const { options } = run;
  const token = options.tokenFor?.(leg.permissions, leg.name);
  const workspace = join(options.workspaces, leg.name.replace(/[^\w.-]+/g, '-'));
  const runner = createRunner({ ...options.runner, workspace, ...(token === undefined ? {} : { token }) });
  const job = runner.job(jobOptions(leg));
  run.active.add(job);
  siblings.add(job);
  const minutes = leg.job['timeout-minutes'];
  const timer = minutes === undefined ? undefined : setTimeout(() => void job.cancel(), minutes * 60_000);
  try {
    for (const step of leg.job.steps ?? []) {
      if (job.lost) break;
      await runStep(leg, job, step);
    }
    const ended = await job.end();
    for (const result of ended.post) options.onStep?.({ kind: 'ended', job: leg.name, step: result.name, result });
    const outputs = Object.entries(leg.job.outputs ?? {}).map(([key, value]) => [key, job.evaluate(value)]);
    const outcome = { name: leg.name, result: ended.status, outputs: Object.fromEntries(outputs) as Words, run: ended };
    run.outcomes.push(outcome);
    return outcome;
  } catch (error) {
    await job.kill();
    throw error;
  } finally {
    clearTimeout(timer);
    run.active.delete(job);
    siblings.delete(job);
    runner.close();
  }
}

function jobOptions(leg: Leg): JobOptions {
  const { level, job } = leg;
  const { options, name } = level.run;
  return {
    ...options.run,
    job: leg.id,
    workflow: name,
    workflowPath: options.file,
    matrix: leg.matrix,
    strategy: leg.strategy,
    env: { ...envOf(level.file.env), ...envOf(job.env) },
    secrets: level.secrets,
    vars: options.vars ?? {},
    inputs: level.inputs,
    needs: leg.needs,
  };
}

async function runStep(leg: Leg, job: Job, step: StepFile): Promise<void> {
  const { onStep } = leg.level.run.options;
  const named = { ...stepOptions(step), name: job.evaluate(nameOf(step)) };
  const handle = startStep(leg, job, step, named);
  onStep?.({ kind: 'begins', job: leg.name, step: named.name, handle });
  const result = await handle.result;
  onStep?.({ kind: 'ended', job: leg.name, step: named.name, result });
}

function startStep(leg: Leg, job: Job, step: StepFile, options: StepOptions): StepHandle {
  if (step.run !== undefined) {
    if (step.shell !== undefined && step.shell !== 'bash') throw new Error(`The harness runs bash, not ${step.shell}.`);
    return job.startRun(step.run, { ...options, ...(step.shell === 'bash' ? { shell: 'bash' } : {}) });
  }
  const { uses = '' } = step;
  const { ours = ourAction, checkout, other } = leg.level.run.options;
  const action = ours(uses);
  if (action !== undefined) return job.start(action, options);
  const work = uses.startsWith('actions/checkout@') ? (checkout ?? (() => ({}))) : other?.(uses);
  if (work === undefined)
    throw new Error(`jobs.${leg.id} uses ${uses}, which the harness does not know: see the option 'other'.`);
  return job.startWork(work, options);
}

function ourAction(uses: string): string | undefined {
  return /^[^/]+\/boring-deploys\/actions\/([\w-]+)@/.exec(uses)?.[1];
}

function nameOf(step: StepFile): string {
  if (step.name !== undefined) return step.name;
  return `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
}

function stepOptions(step: StepFile): StepOptions {
  const minutes = step['timeout-minutes'];
  return {
    ...(step.id === undefined ? {} : { id: step.id }),
    ...(step.with === undefined ? {} : { with: step.with }),
    ...(step.env === undefined ? {} : { env: envOf(step.env) }),
    ...(step.if === undefined ? {} : { if: String(step.if) }),
    ...(minutes === undefined ? {} : { timeoutMs: minutes * 60_000 }),
    continueOnError: step['continue-on-error'] ?? false,
  };
}
