// The Actions side of a fake repository: workflow runs and jobs, check runs, commit statuses, artifacts.
import type { Moment } from './clock.ts';
import { actionsApp } from './hub.ts';
import type {
  Annotation,
  App,
  Approval,
  Artifact,
  CheckRun,
  CommitState,
  CommitStatus,
  Conclusion,
  Job,
  RunStatus,
  Workflow,
  WorkflowRun,
} from './records.ts';
import { PullRepository } from './repository-pulls.ts';

export interface NewCheckRun {
  readonly sha: string;
  readonly name: string;
  /** Default: completed when there is a conclusion, else queued. */
  readonly status?: RunStatus;
  readonly conclusion?: Conclusion | null;
  /** Slug; default `github-actions`. */
  readonly app?: string;
  /** The run it belongs to; default: the first one of the sha by this app, as GitHub does it. */
  readonly workflowRun?: WorkflowRun;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  /** When it started and, if completed, ended. */
  readonly at?: Moment;
  readonly completedAt?: Moment;
}

export interface NewJob {
  readonly name: string;
  readonly status?: RunStatus;
  readonly conclusion?: Conclusion | null;
  readonly attempt?: number;
  readonly at?: Moment;
  readonly completedAt?: Moment;
}

export interface NewWorkflowRun {
  /** `.github/workflows/ci.yml` */
  readonly path: string;
  readonly headSha?: string;
  readonly headBranch?: string | null;
  readonly headRepository?: string;
  readonly event?: string;
  readonly status?: RunStatus;
  readonly conclusion?: Conclusion | null;
  readonly attempt?: number;
  readonly actor?: string;
  readonly title?: string;
  readonly jobs?: readonly NewJob[];
  readonly approvals?: readonly Approval[];
  readonly at?: Moment;
  readonly updatedAt?: Moment;
}

export interface NewStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: CommitState;
  readonly description?: string | null;
  readonly targetUrl?: string | null;
  readonly creator?: string;
  readonly at?: Moment;
}

export interface NewArtifact {
  readonly run: WorkflowRun;
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The archive itself, also one that is none. */
  readonly zip?: Buffer;
  readonly expired?: boolean;
  readonly at?: Moment;
}

export class RunsRepository extends PullRepository {
  readonly workflows = new Map<string, Workflow>();
  readonly runs = new Map<number, WorkflowRun>();
  readonly checkRuns = new Map<number, CheckRun>();
  readonly statuses: CommitStatus[] = [];
  readonly artifacts = new Map<number, Artifact>();
  readonly #suites = new Map<string, number>();

  /** The workflow at a path, made on first use. */
  workflow(path: string, made: { readonly name?: string; readonly state?: Workflow['state'] } = {}): Workflow {
    const known = this.workflows.get(path);
    if (known !== undefined) return known;
    const name = made.name ?? path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
    const workflow: Workflow = {
      id: this.hub.nextId(),
      path,
      name,
      state: made.state ?? 'active',
      createdAt: this.createdAt,
    };
    this.workflows.set(path, workflow);
    return workflow;
  }

  /** A run with its jobs; each job is also a check run of the app github-actions, as on GitHub. */
  workflowRun(made: NewWorkflowRun): WorkflowRun {
    const workflow = this.workflow(made.path);
    const headSha = made.headSha ?? this.head();
    const at = this.hub.clock.stamp(made.at);
    const event = made.event ?? 'push';
    const actor = this.hub.user(made.actor ?? 'octocat');
    const run: WorkflowRun = {
      id: this.hub.nextId(),
      number: [...this.runs.values()].filter((other) => other.workflow === workflow).length + 1,
      attempt: made.attempt ?? 1,
      workflow,
      headSha,
      headBranch: made.headBranch === undefined ? this.defaultBranch : made.headBranch,
      headRepository: made.headRepository ?? this.fullName,
      event,
      status: made.status ?? (made.conclusion === undefined ? 'in_progress' : 'completed'),
      conclusion: made.conclusion ?? null,
      actor,
      suite: this.hub.nextId(),
      title: made.title ?? this.hub.objects.find(headSha)?.message.split('\n')[0] ?? workflow.name,
      createdAt: at,
      updatedAt: this.hub.clock.stamp(made.updatedAt ?? made.at),
      jobs: [],
      approvals: [...(made.approvals ?? [])],
      pulls: this.pulls()
        .filter((pull) => pull.headSha === headSha)
        .map((pull) => pull.number),
    };
    this.runs.set(run.id, run);
    for (const job of made.jobs ?? []) this.job(run, job);
    return run;
  }

  /** Adds a job to a run. */
  job(run: WorkflowRun, made: NewJob): Job {
    const checkRun = this.checkRun({
      ...made,
      sha: run.headSha,
      workflowRun: run,
      status: made.status ?? (made.conclusion === undefined ? run.status : 'completed'),
      conclusion: made.conclusion ?? run.conclusion,
      at: made.at ?? run.createdAt,
    });
    checkRun.detailsUrl = `${this.hub.serverUrl}/${this.fullName}/actions/runs/${run.id}/job/${checkRun.id}`;
    const job: Job = { run, attempt: made.attempt ?? run.attempt, checkRun };
    run.jobs.push(job);
    return job;
  }

  /** Ends a run and those of its jobs that still go on. */
  finishRun(run: WorkflowRun, conclusion: Conclusion, at?: Moment): void {
    Object.assign(run, { status: 'completed', conclusion, updatedAt: this.hub.clock.stamp(at) });
    for (const { checkRun } of run.jobs) {
      if (checkRun.status !== 'completed')
        Object.assign(checkRun, { status: 'completed', conclusion, completedAt: run.updatedAt });
    }
  }

  checkRun(made: NewCheckRun): CheckRun {
    const app = this.hub.app(made.app ?? actionsApp.slug);
    const status = made.status ?? (made.conclusion === undefined || made.conclusion === null ? 'queued' : 'completed');
    const at = this.hub.clock.stamp(made.at);
    const checkRun: CheckRun = {
      id: this.hub.nextId(),
      suite: made.workflowRun?.suite ?? this.#suiteOf(made.sha, app),
      sha: made.sha,
      name: made.name,
      app,
      status,
      conclusion: status === 'completed' ? (made.conclusion ?? null) : null,
      startedAt: status === 'queued' ? null : at,
      completedAt: status === 'completed' ? this.hub.clock.stamp(made.completedAt ?? at) : null,
      externalId: made.externalId ?? '',
      detailsUrl: made.detailsUrl ?? null,
      output: {
        title: made.output?.title ?? null,
        summary: made.output?.summary ?? null,
        text: made.output?.text ?? null,
        annotations: [...(made.output?.annotations ?? [])],
      },
    };
    this.checkRuns.set(checkRun.id, checkRun);
    return checkRun;
  }

  checkRunsOf(sha: string): CheckRun[] {
    return [...this.checkRuns.values()].filter((run) => run.sha === sha);
  }

  status(made: NewStatus): CommitStatus {
    const status: CommitStatus = {
      id: this.hub.nextId(),
      sha: made.sha,
      context: made.context,
      state: made.state,
      description: made.description ?? null,
      targetUrl: made.targetUrl ?? null,
      creator: this.hub.user(made.creator ?? 'octocat'),
      createdAt: this.hub.clock.stamp(made.at),
    };
    this.statuses.push(status);
    return status;
  }

  /** Oldest first. */
  statusesOf(sha: string): CommitStatus[] {
    return this.statuses.filter((status) => status.sha === sha);
  }

  artifact(made: NewArtifact): Artifact {
    const artifact: Artifact = {
      id: this.hub.nextId(),
      run: made.run,
      name: made.name,
      files: made.files ?? {},
      ...(made.zip === undefined ? {} : { zip: made.zip }),
      expired: made.expired ?? false,
      createdAt: this.hub.clock.stamp(made.at),
    };
    this.artifacts.set(artifact.id, artifact);
    return artifact;
  }

  /** A check run made through the API lands in the first suite its app has on the sha, whoever's that is (`reference/github.md` section 3). */
  #suiteOf(sha: string, app: App): number {
    const first = app.id === actionsApp.id ? [...this.runs.values()].find((run) => run.headSha === sha) : undefined;
    if (first !== undefined) return first.suite;
    const key = `${sha} ${app.id}`;
    const suite = this.#suites.get(key) ?? this.hub.nextId();
    this.#suites.set(key, suite);
    return suite;
  }
}
