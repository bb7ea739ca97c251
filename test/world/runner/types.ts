// What a caller of the runner harness gives and gets: the words of a job, its steps and what they leave behind.
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Words = Readonly<Record<string, string>>;

/** How a step or job ended, in GitHub's words. */
export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';
export type JobStatus = 'success' | 'failure' | 'cancelled';

/** Milliseconds a runner waits between its signals, and for streams that children keep open. */
export type Waits = {
  readonly interrupt: number;
  readonly terminate: number;
  readonly streams: number;
};

export type RunnerOptions = {
  /** The checkout: GITHUB_WORKSPACE and the working directory of every step. Created when missing. */
  readonly workspace: string;
  readonly github: { readonly apiUrl: string; readonly serverUrl: string; readonly graphqlUrl: string };
  /** owner/name */
  readonly repository: string;
  readonly actor?: string;
  readonly triggeringActor?: string;
  /** `github.token`; a job's own token goes before it. */
  readonly token?: string;
  /** Folder that holds one folder an action. Default: `actions` in the current directory. */
  readonly actions?: string;
  /** Node binary for actions. Default: `nodeInUse().path`. */
  readonly node?: string;
  /** RUNNER_TEMP. Default: a new folder, removed by `close`. */
  readonly temp?: string;
  readonly waits?: Partial<Waits>;
  /** Called with every masked line of the log, as it is written. */
  readonly onLine?: (line: string, step: string) => void;
};

export type JobOptions = {
  readonly event: { readonly name: string; readonly payload: Json };
  readonly sha: string;
  /** Full: refs/heads/main */
  readonly ref: string;
  readonly runId: number;
  readonly runAttempt?: number;
  readonly runNumber?: number;
  /** The job's id in the workflow. Default: deploy. */
  readonly job?: string;
  readonly workflow?: string;
  /** Default: .github/workflows/deploy.yml */
  readonly workflowPath?: string;
  readonly matrix?: Json;
  readonly strategy?: Json;
  readonly env?: Words;
  readonly secrets?: Words;
  readonly vars?: Words;
  readonly inputs?: Json;
  /** `needs.<job>.result` and `.outputs` */
  readonly needs?: Readonly<Record<string, { readonly result: Outcome; readonly outputs: Words }>>;
  readonly token?: string;
  readonly actor?: string;
  readonly triggeringActor?: string;
};

export type StepOptions = {
  /** Default: the action's name; for `run` steps `run`. */
  readonly name?: string;
  /** Makes the outputs readable as `steps.<id>.outputs`. */
  readonly id?: string;
  /** Values may hold `${{ }}`; evaluated again for post. */
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Words;
  /** Default: success() */
  readonly if?: string;
  readonly timeoutMs?: number;
  readonly continueOnError?: boolean;
};

export type RunOptions = StepOptions & { readonly shell?: 'bash' };

/** Work done by the harness itself in the place of a step; gives the outputs. */
export type Work = (at: {
  readonly with: Words;
  readonly env: Words;
  readonly workspace: string;
}) => Promise<Words> | Words;

export type Annotation = {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly col?: number;
  readonly endColumn?: number;
};

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

export type StepResult = {
  readonly name: string;
  readonly stage: 'main' | 'post';
  /** null: skipped, or ended by a signal (then `diedOf`) */
  readonly exitCode: number | null;
  readonly diedOf: NodeJS.Signals | null;
  readonly outcome: Outcome;
  /** The outcome after continue-on-error. */
  readonly conclusion: Outcome;
  readonly outputs: Words;
  readonly state: Words;
  /** What the step added with GITHUB_ENV. */
  readonly env: Words;
  /** Masked; empty when none was written or when it was dropped for its size. */
  readonly summary: string;
  /** Masked lines, as the log shows them. */
  readonly log: readonly string[];
  /** At most 10 of a level, messages of at most 4,096 characters. */
  readonly annotations: readonly Annotation[];
  /** Values that this step asked to mask. */
  readonly masks: readonly string[];
  /** What the runner sent to the process, in order. */
  readonly signals: readonly Signal[];
  readonly timedOut: boolean;
  readonly durationMs: number;
};

export type StepHandle = {
  readonly result: Promise<StepResult>;
  /** The process id; resolves when the process runs, undefined when the step is skipped. */
  readonly pid: Promise<number | undefined>;
  /** Resolves when a log line holds the text; rejects when the step ends without it. */
  sees(text: string): Promise<string>;
  /** A person cancels the run: same as `job.cancel()`, resolves when this step has ended. */
  cancel(): Promise<StepResult>;
  /** The machine is taken away: SIGKILL, and the job runs nothing more, not even post. */
  kill(): Promise<StepResult>;
};

export type JobResult = {
  readonly status: JobStatus;
  /** main steps in order, then post steps in the order they ran (last in, first out) */
  readonly steps: readonly StepResult[];
  readonly post: readonly StepResult[];
};

export type Job = {
  /** Runs an action's bundle to its end. */
  uses(action: string, options?: StepOptions): Promise<StepResult>;
  /** Starts an action's bundle and hands back a handle on it. */
  start(action: string, options?: StepOptions): StepHandle;
  /** Runs a script with `bash -e`, file commands and masks included. */
  run(script: string, options?: RunOptions): Promise<StepResult>;
  startRun(script: string, options?: RunOptions): StepHandle;
  /** Does work of the harness as a step, with its condition, id and outputs. */
  perform(work: Work, options?: StepOptions): Promise<StepResult>;
  startWork(work: Work, options?: StepOptions): StepHandle;
  /** Cancels the job: the running step gets its signals unless its `if:` still holds. */
  cancel(): Promise<void>;
  /** Takes the machine away: SIGKILL to what runs; `end` then runs no post steps. */
  kill(): Promise<void>;
  /** Runs the post steps, last in first out, then kills what the job left running. `status` stands for what later steps did. */
  end(options?: { readonly status?: JobStatus }): Promise<JobResult>;
  /** Evaluates a text with `${{ }}` in the job's present contexts. */
  evaluate(text: string): string;
  /** Evaluates an `if:`, with or without `${{ }}`. */
  holds(condition: string): boolean;
  readonly status: JobStatus;
  /** The machine was taken away. */
  readonly lost: boolean;
  readonly workspace: string;
};

export type Runner = {
  job(options: JobOptions): Job;
  readonly node: { readonly path: string; readonly version: string };
  /** Removes what the runner put into the temp folder. */
  close(): void;
};
