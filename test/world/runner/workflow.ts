// Runs a workflow file through the harness: its jobs by `needs`, its matrix, its called workflows, our bundles as its steps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateCondition, evaluateText, evaluateValue, type Scope } from './expressions.ts';
import type {
  Job,
  JobOptions,
  JobResult,
  Json,
  Outcome,
  RunnerOptions,
  StepHandle,
  StepResult,
  Words,
  Work,
} from './types.ts';
import {
  checkPermissions,
  combinations,
  envOf,
  inputsFor,
  type JobFile,
  needsOf,
  type Permissions,
  readWorkflow,
  type Trigger,
  triggerOf,
  type WorkflowFile,
} from './workflow-file.ts';
import { runJob } from './workflow-job.ts';

export type WorkflowOptions = {
  /** Folder of the repository that runs the workflow. */
  readonly root: string;
  /** Path of the workflow in it: .github/workflows/deploy.yml */
  readonly file: string;
  /** Each job gets a checkout of its own under this folder. */
  readonly workspaces: string;
  readonly runner: Omit<RunnerOptions, 'workspace' | 'token'>;
  readonly run: Pick<
    JobOptions,
    'event' | 'sha' | 'ref' | 'runId' | 'runAttempt' | 'runNumber' | 'actor' | 'triggeringActor'
  >;
  /** Inputs of a workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly secrets?: Words;
  readonly vars?: Words;
  /** The token of a job by its permissions; undefined: the file says nothing. */
  readonly tokenFor?: (permissions: Permissions, job: string) => string;
  /** The name of our action that a `uses:` means. Default: …/boring-deploys/actions/<name>@… */
  readonly ours?: (uses: string) => string | undefined;
  /** The text of a workflow of another repository. Default: refused. */
  readonly called?: (uses: string) => string;
  /** What `actions/checkout` does. Default: nothing. */
  readonly checkout?: Work;
  /** Any other action. Default: refused. */
  readonly other?: (uses: string) => Work | undefined;
  readonly onStep?: (progress: Progress) => void;
};

export type Progress =
  | { readonly kind: 'begins'; readonly job: string; readonly step: string; readonly handle: StepHandle }
  | { readonly kind: 'ended'; readonly job: string; readonly step: string; readonly result: StepResult };

export type JobOutcome = {
  /** As GitHub shows it: `deploy / canary (eu)` */
  readonly name: string;
  readonly result: Outcome;
  readonly outputs: Words;
  /** Absent for skipped jobs and for those that call a workflow. */
  readonly run?: JobResult;
};

export type WorkflowResult = {
  readonly conclusion: Exclude<Outcome, 'skipped'>;
  /** In the order they ended. */
  readonly jobs: readonly JobOutcome[];
  /** All steps of all jobs, post steps included, in the order of `jobs`. */
  readonly steps: readonly StepResult[];
};

export type WorkflowRun = {
  /** Rejects when the file, its inputs or its permissions are at fault. */
  readonly result: Promise<WorkflowResult>;
  /** Cancels the run: every running job, and those that did not begin unless their `if:` holds. */
  cancel(): Promise<void>;
  /** Takes the machines of all running jobs away. */
  kill(): Promise<void>;
};

/** What the jobs of one run share. */
export type Run = {
  readonly options: WorkflowOptions;
  readonly name: string;
  readonly active: Set<Job>;
  readonly outcomes: JobOutcome[];
  cancelled: boolean;
};

/** Starts a workflow, as a push or a person would. */
export function startWorkflow(options: WorkflowOptions): WorkflowRun {
  let run: Run | undefined;
  const all = async (stop: (job: Job) => Promise<void>): Promise<void> => {
    if (run === undefined) return;
    run.cancelled = true;
    await Promise.all([...run.active].map(stop));
  };
  const begin = async (): Promise<WorkflowResult> => {
    const file = readWorkflow(readFileSync(join(options.root, options.file), 'utf8'), options.file);
    const event = options.run.event.name;
    const trigger = triggerOf(file, event);
    if (trigger === undefined) throw new Error(`${options.file} is not started by ${event}.`);
    run = { options, name: file.name ?? options.file, active: new Set(), outcomes: [], cancelled: false };
    const inputs = event === 'workflow_dispatch' ? inputsFor(trigger, options.inputs ?? {}, options.file) : {};
    try {
      await runJobs({ run, file, inputs, secrets: options.secrets ?? {}, allowed: undefined, prefix: '' });
    } catch (error) {
      // A fault of the file: the jobs beside it must not go on.
      await all((job) => job.kill());
      throw error;
    }
    const results = run.outcomes.map((one) => one.result);
    const conclusion = run.cancelled ? 'cancelled' : worst(results);
    const steps = run.outcomes.flatMap((one) => one.run?.steps ?? []);
    return { conclusion: conclusion === 'skipped' ? 'success' : conclusion, jobs: run.outcomes, steps };
  };
  return { result: begin(), cancel: () => all((job) => job.cancel()), kill: () => all((job) => job.kill()) };
}

type Level = {
  readonly run: Run;
  readonly file: WorkflowFile;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly secrets: Words;
  /** What the calling job may give; undefined at the top. */
  readonly allowed: Permissions;
  /** Of the names of its jobs: `deploy / ` */
  readonly prefix: string;
};

type Needs = Readonly<Record<string, { readonly result: Outcome; readonly outputs: Words }>>;
type Ended = { readonly result: Outcome; readonly outputs: Words };

/** Runs the jobs of one file, each when those it needs have ended. */
async function runJobs(level: Level): Promise<Needs> {
  const started = new Map<string, Promise<Ended>>();
  const done = new Map<string, Outcome>();
  const start = (id: string, above: readonly string[] = []): Promise<Ended> => {
    if (above.includes(id)) throw new Error(`The jobs ${[...above, id].join(' -> ')} need each other.`);
    const known = started.get(id);
    if (known !== undefined) return known;
    const job = level.file.jobs[id] ?? {};
    const waits = Promise.all(needsOf(job).map(async (need) => [need, await start(need, [...above, id])] as const));
    const ended = waits.then((needs) => startJob(level, id, Object.fromEntries(needs), statusOf(level, id, done)));
    void ended.then(
      ({ result }) => done.set(id, result),
      () => undefined,
    );
    started.set(id, ended);
    return ended;
  };
  const ids = Object.keys(level.file.jobs);
  const ended = await Promise.all(ids.map((id) => start(id)));
  return Object.fromEntries(ids.map((id, at) => [id, ended[at] ?? { result: 'skipped', outputs: {} }]));
}

async function startJob(level: Level, id: string, needs: Needs, status: Outcome): Promise<Ended> {
  const { run } = level;
  const job = level.file.jobs[id] ?? {};
  const permissions = job.permissions ?? level.file.permissions ?? level.allowed;
  checkPermissions(permissions, level.allowed, `${level.prefix}${id}`);
  const scope = { contexts: contextsOf(level, needs, null), status };
  if (!evaluateCondition(String(job.if ?? ''), scope)) {
    run.outcomes.push({ name: `${level.prefix}${id}`, result: 'skipped', outputs: {} });
    return { result: 'skipped', outputs: {} };
  }
  const matrix = job.strategy?.matrix;
  const all = combinations(matrix === undefined ? undefined : reviveMatrix(matrix, scope));
  const siblings = new Set<Job>();
  const failFast = job.strategy?.['fail-fast'] ?? true;
  const legs = all.map(async (combination, index): Promise<Ended> => {
    const values = Object.values(combination).map((value) =>
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    );
    const name = `${level.prefix}${id}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
    const strategy = { 'fail-fast': failFast, 'job-index': index, 'job-total': all.length };
    const leg = {
      level,
      id,
      job,
      name,
      needs,
      permissions,
      matrix: values.length === 0 ? null : combination,
      strategy,
    };
    const ended = job.uses === undefined ? await runJob(leg, siblings) : await callWorkflow(leg, job.uses);
    if (failFast && ended.result === 'failure') await Promise.all([...siblings].map((other) => other.cancel()));
    return ended;
  });
  const ended = await Promise.all(legs);
  return {
    result: worst(ended.map((one) => one.result)),
    outputs: Object.assign({}, ...ended.map((one) => one.outputs)),
  };
}

/** One combination of a job. */
export type Leg = {
  readonly level: Level;
  readonly id: string;
  readonly job: JobFile;
  readonly name: string;
  readonly needs: Needs;
  readonly permissions: Permissions;
  readonly matrix: Json;
  readonly strategy: Json;
};

async function callWorkflow(leg: Leg, uses: string): Promise<Ended> {
  const { level, job, name } = leg;
  const { options } = level.run;
  const text = uses.startsWith('./') ? readFileSync(join(options.root, uses), 'utf8') : options.called?.(uses);
  if (text === undefined) throw new Error(`jobs.${leg.id} calls ${uses}: give its text by the option 'called'.`);
  const file = readWorkflow(text, uses);
  const trigger = triggerOf(file, 'workflow_call');
  if (trigger === undefined) throw new Error(`${uses} has no workflow_call.`);
  const scope: Scope = { contexts: contextsOf(level, leg.needs, leg.matrix, leg.strategy), status: 'success' };
  const given = Object.entries(job.with ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? evaluateValue(value, scope) : value,
  ]);
  const below: Level = {
    run: level.run,
    file,
    inputs: inputsFor(trigger, Object.fromEntries(given), uses),
    secrets: secretsFor(trigger, job.secrets, scope, level.secrets, uses),
    allowed: leg.permissions,
    prefix: `${name} / `,
  };
  const jobs = await runJobs(below);
  const contexts = { ...contextsOf(below, {}, null), jobs };
  const outputs = Object.entries(trigger.outputs ?? {}).map(([key, { value }]) => [
    key,
    evaluateText(value, { contexts, status: 'success' }),
  ]);
  const results = Object.values(jobs).map((one) => one.result);
  return { result: worst(results), outputs: Object.fromEntries(outputs) };
}

function secretsFor(trigger: Trigger, given: JobFile['secrets'], scope: Scope, own: Words, where: string): Words {
  if (given === 'inherit') return own;
  const secrets = Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]) => [name, evaluateText(value, scope)]),
  );
  const declared = Object.entries(trigger.secrets ?? {});
  for (const name of Object.keys(secrets)) {
    if (!declared.some(([one]) => one.toLowerCase() === name.toLowerCase()))
      throw new Error(`${where} has no secret '${name}'.`);
  }
  for (const [name, declaration] of declared) {
    if (declaration?.required === true && !secrets[name]) throw new Error(`${where}: secret '${name}' is required.`);
  }
  return secrets;
}

/** What a job's own keys may read before its runner is there. */
function contextsOf(level: Level, needs: Needs, matrix: Json, strategy: Json = {}): Scope['contexts'] {
  const { options } = level.run;
  const { event, sha, ref, runId, runAttempt = 1, runNumber = 1 } = options.run;
  const actor = options.run.actor ?? options.runner.actor ?? 'octocat';
  const github = {
    event: event.payload,
    event_name: event.name,
    ...{ sha, ref, actor, run_id: String(runId), run_attempt: String(runAttempt), run_number: String(runNumber) },
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    triggering_actor: options.run.triggeringActor ?? options.runner.triggeringActor ?? actor,
    repository: options.runner.repository,
    repository_owner: options.runner.repository.split('/')[0] ?? '',
    workflow: level.run.name,
    server_url: options.runner.github.serverUrl,
    api_url: options.runner.github.apiUrl,
  };
  const { inputs, secrets } = level;
  return {
    github,
    needs,
    inputs,
    secrets,
    matrix,
    strategy,
    vars: options.vars ?? {},
    env: envOf(level.file.env),
  };
}

/** For success(), failure() and cancelled() of a job's `if:`: all jobs before it count; a skipped one is none of the three. */
function statusOf(level: Level, id: string, done: ReadonlyMap<string, Outcome>): Outcome {
  if (level.run.cancelled) return 'cancelled';
  const results = [...ancestors(level.file, id)].map((one) => done.get(one) ?? 'skipped');
  if (results.includes('failure')) return 'failure';
  return results.every((result) => result === 'success') ? 'success' : 'skipped';
}

function ancestors(file: WorkflowFile, id: string, found = new Set<string>()): ReadonlySet<string> {
  for (const need of needsOf(file.jobs[id] ?? {})) {
    if (!found.has(need)) ancestors(file, need, found.add(need));
  }
  return found;
}

function reviveMatrix(matrix: NonNullable<NonNullable<JobFile['strategy']>['matrix']>, scope: Scope): Json {
  if (typeof matrix === 'string') return evaluateValue(matrix, scope);
  return revive(matrix as Json, scope);
}

function revive(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return evaluateValue(value, scope);
  if (Array.isArray(value)) return value.map((one) => revive(one, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one, scope)]));
}

/** One result for several: a failure before a cancel before a success; skipped only when all are. */
function worst(results: readonly Outcome[]): Outcome {
  for (const one of ['failure', 'cancelled', 'success'] as const) if (results.includes(one)) return one;
  return 'skipped';
}
