// Runs in the town: a workflow or a single job, known to the fake GitHub while it goes on, with a token by its permissions.
import { join } from 'node:path';
import type { FakeGithub, FakeRepository } from '../github/fake.ts';
import type { Conclusion, Job as JobRecord, WorkflowRun as RunRecord } from '../github/records.ts';
import type { Permissions as TokenPermissions } from '../github/tokens.ts';
import { createRunner } from '../runner/runner.ts';
import type { Job, JobOptions, JobResult, Json, RunnerOptions, StepResult, Words } from '../runner/types.ts';
import { type Progress, startWorkflow, type WorkflowResult } from '../runner/workflow.ts';
import type { Permissions } from '../runner/workflow-file.ts';
import { checkOut, checkoutStep } from './checkout.ts';
import type { Occasion } from './event.ts';
import { calledWorkflow } from './shop.ts';

/** What every run of a town needs. */
export type Place = {
  readonly github: FakeGithub;
  readonly repository: FakeRepository;
  /** Everything that runs write lies under it. */
  readonly folder: string;
  readonly runner: Pick<RunnerOptions, 'actions' | 'onLine' | 'waits' | 'node'>;
  readonly secrets: Words;
  /** Ends what still runs when the town is left. */
  readonly open: Set<() => Promise<void>>;
};

export type WorkflowAsked = {
  /** `.github/workflows/deploy.yml` */
  readonly path: string;
  readonly occasion: Occasion;
  readonly inputs?: Readonly<Record<string, Json>>;
  /** Run this one again: the next attempt of the same run. */
  readonly again?: RunRecord;
  /** Cancels the run as soon as a line of the log makes it true. */
  readonly cancelWhen?: (line: string, step: string) => boolean;
  readonly onStep?: (progress: Progress) => void;
  /** These stand in for the shop's. */
  readonly secrets?: Words;
};

export type Done = WorkflowResult & {
  /** As the fake GitHub knows it. */
  readonly run: RunRecord;
  /** The step of this name, undefined when there was none. */
  step(name: string): StepResult | undefined;
  /** Everything the steps wrote, a line each. */
  log(): readonly string[];
};

export type UnderWay = {
  readonly run: RunRecord;
  readonly result: Promise<Done>;
  cancel(): Promise<void>;
  /** Takes the machines away. */
  kill(): Promise<void>;
};

export type JobAsked = {
  readonly occasion: Occasion;
  /** Default: .github/workflows/deploy.yml */
  readonly path?: string;
  /** Id of the job; default: deploy. */
  readonly name?: string;
  /** What GitHub lists it as; default: its id, and the values of the matrix. */
  readonly shownAs?: string;
  /** Default: what deploy.yml asks for. */
  readonly permissions?: TokenPermissions | 'read-all' | 'write-all';
  readonly again?: RunRecord;
  /** One more job of this run, beside those it has. */
  readonly beside?: RunRecord;
  /** The token of a pull request from a fork: it writes nothing, whatever the permissions say. */
  readonly fork?: boolean;
  readonly env?: Words;
  readonly matrix?: Json;
  readonly strategy?: Json;
};

export type SingleJob = Job & {
  readonly record: RunRecord;
  /** Runs post, ends the job, and tells the fake GitHub how it went. */
  finish(): Promise<JobResult>;
};

/** What the reusable deploy.yml asks for. */
export const deployPermissions: TokenPermissions = {
  contents: 'read',
  actions: 'read',
  checks: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
  statuses: 'read',
};

/** Starts a workflow of the shop, as GitHub would on this occasion. */
export function startRun(place: Place, asked: WorkflowAsked): UnderWay {
  const { github, repository } = place;
  const run = recorded(place, asked);
  const root = join(place.folder, 'sources', `${run.id}-${run.attempt}`);
  checkOut(repository, asked.occasion.sha, root);
  const jobs = new Map<string, JobRecord>();
  const onLine = (line: string, step: string): void => {
    place.runner.onLine?.(line, step);
    if (asked.cancelWhen?.(line, step) === true) void workflow.cancel();
  };
  const { by, event, sha, ref } = asked.occasion;
  const workflow = startWorkflow({
    root,
    file: asked.path,
    workspaces: join(place.folder, 'work', `${run.id}-${run.attempt}`),
    runner: { ...runnerOf(place), onLine },
    run: { event, sha, ref, runId: run.id, runNumber: run.number, runAttempt: run.attempt, actor: by },
    inputs: asked.inputs ?? {},
    secrets: asked.secrets ?? place.secrets,
    checkout: checkoutStep(repository, sha),
    called: calledWorkflow,
    tokenFor: (permissions, name) => {
      jobs.set(name, repository.job(run, { name, status: 'in_progress', at: github.clock.now() }));
      return github.token({ permissions: tokenPermissions(permissions), name: `run ${run.id}, ${name}` });
    },
    ...(asked.onStep === undefined ? {} : { onStep: asked.onStep }),
  });
  const stop = () => workflow.kill();
  place.open.add(stop);
  const result = workflow.result
    .then((ended) => {
      for (const { name, result: how } of ended.jobs) {
        const job = jobs.get(name);
        if (job !== undefined) finishJob(job, how, github.clock.stamp());
      }
      repository.finishRun(run, ended.conclusion);
      return { ...ended, run, step: finder(ended.steps), log: () => ended.steps.flatMap(({ log }) => log) };
    })
    .finally(() => {
      place.open.delete(stop);
      if (run.status !== 'completed') repository.finishRun(run, 'failure');
    });
  return { run, result, cancel: () => workflow.cancel(), kill: () => workflow.kill() };
}

/** Starts a job with its checkout done and its environment set; the caller gives the steps. */
export function startJob(place: Place, asked: JobAsked): SingleJob {
  const { github, repository } = place;
  const path = asked.path ?? '.github/workflows/deploy.yml';
  const run = asked.beside ?? recorded(place, { ...asked, path });
  const name = asked.name ?? 'deploy';
  const values = Object.values(asked.matrix ?? {}).join(', ');
  const shown = asked.shownAs ?? (values === '' ? name : `${name} (${values})`);
  const record = repository.job(run, { name: shown, status: 'in_progress', at: github.clock.now() });
  const workspace = join(place.folder, 'work', `${run.id}-${run.attempt}-${record.checkRun.id}`);
  checkOut(repository, asked.occasion.sha, workspace);
  const permissions = asked.permissions ?? deployPermissions;
  const token = github.token({ permissions, fork: asked.fork ?? false, name: `run ${run.id}, ${name}` });
  const runner = createRunner({ ...runnerOf(place), workspace, token });
  const { by, event, sha, ref } = asked.occasion;
  const options: JobOptions = {
    ...{ event, sha, ref, job: name, actor: by, workflowPath: path, secrets: place.secrets },
    ...{ runId: run.id, runNumber: run.number, runAttempt: run.attempt },
    env: { ...linesOf(place.secrets.DEPLOY_ENV ?? ''), ...asked.env },
    ...(asked.matrix === undefined ? {} : { matrix: asked.matrix }),
    ...(asked.strategy === undefined ? {} : { strategy: asked.strategy }),
  };
  const job = runner.job(options);
  // A test that failed finishes nothing: neither a process nor a folder of it stays.
  const stop = async (): Promise<void> => {
    await job.kill();
    runner.close();
  };
  place.open.add(stop);
  return Object.assign(job, {
    record: run,
    finish: async () => {
      const ended = await job.end();
      finishJob(record, ended.status, github.clock.stamp());
      if (run.jobs.every(({ checkRun }) => checkRun.status === 'completed')) repository.finishRun(run, ended.status);
      place.open.delete(stop);
      runner.close();
      return ended;
    },
  });
}

/** The run in the fake GitHub: a new one, or the next attempt of one that ended. */
function recorded(
  { repository }: Place,
  { path, occasion, again }: Pick<WorkflowAsked, 'occasion' | 'again' | 'path'>,
): RunRecord {
  if (again !== undefined)
    return Object.assign(again, { attempt: again.attempt + 1, status: 'in_progress', conclusion: null });
  const { event, sha, ref, by } = occasion;
  const pull = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  // GitHub lists a pull request's run under its head, though it checks out the merge.
  const head = repository.pulls().find(({ number }) => String(number) === pull);
  return repository.workflowRun({
    path,
    event: event.name,
    actor: by,
    headSha: head?.headSha ?? sha,
    headBranch: head?.headBranch ?? ref.replace(/^refs\/(heads|tags)\//, ''),
    status: 'in_progress',
  });
}

function runnerOf({ github, repository, runner }: Place): Omit<RunnerOptions, 'workspace'> {
  return {
    ...runner,
    github: { apiUrl: github.url, serverUrl: github.serverUrl, graphqlUrl: github.graphqlUrl },
    repository: repository.fullName,
  };
}

/** What a file says nothing about is GitHub's restricted default: contents alone. */
function tokenPermissions(permissions: Permissions): TokenPermissions | 'read-all' | 'write-all' {
  if (permissions === undefined) return { contents: 'read', packages: 'read' };
  if (permissions === 'read-all' || permissions === 'write-all') return permissions;
  if (typeof permissions === 'string') throw new Error(`permissions: ${permissions} is nothing that GitHub knows.`);
  const entries = Object.entries(permissions).map(([scope, level]) => [scope, level === 'write' ? 'write' : level]);
  return Object.fromEntries(entries) as TokenPermissions;
}

function finishJob({ checkRun }: JobRecord, conclusion: Conclusion, at: string): void {
  Object.assign(checkRun, { status: 'completed', conclusion, completedAt: at });
}

function finder(steps: readonly StepResult[]): Done['step'] {
  return (name) => steps.find((step) => step.name === name && step.stage === 'main');
}

function linesOf(text: string): Words {
  const pairs = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
}
