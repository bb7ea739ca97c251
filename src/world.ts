// The windows: every port through which a procedure meets the world, on one page. io/ serves them, test/world/memory too.

import type { Ask, Known, Unknown } from './evidence/answer.ts';
import type { DatabaseOptions, MigrationDatabase, Shadow, ShadowOptions } from './evidence/database.ts';
import type { FolderFact, SideFact } from './evidence/fact.ts';
import type { Certificate, NetworkPort, NoReply, Traced } from './evidence/look.ts';
import type { AlertsReading, PartsReading, PodsReading, RangeReading, Reading, Span } from './evidence/reading.ts';
import type { Run } from './evidence/run.ts';
import type { SqlGrammar } from './evidence/sql.ts';
import type {
  FeatureFlag,
  FlagOptions,
  Incident,
  Redeployer,
  RedeployOptions,
  RedeployTarget,
  Workflows,
} from './evidence/way-back.ts';
import type { Announcing } from './record/announcing.ts';
import type { IssueDesk } from './record/issue-desk.ts';
import type { Outcome } from './record/outcome.ts';
import type { DeploymentStore } from './record/store.ts';

export type * from './evidence/database.ts';
export type { Certificate, HttpPhases, NetworkPort } from './evidence/look.ts';
export type * from './evidence/migration.ts';
export type * from './evidence/reading.ts';
export type { Run } from './evidence/run.ts';
export type {
  FeatureFlag,
  FlagOptions,
  Incident,
  Redeployed,
  Redeployer,
  RedeployOptions,
  RedeployTarget,
  Workflows,
} from './evidence/way-back.ts';
export type { Announcing } from './record/announcing.ts';
export type { ActionName, Evidence } from './record/evidence.ts';
export type { IssueDesk, KeptIssue } from './record/issue-desk.ts';
export type { Outcome } from './record/outcome.ts';
export type { DeploymentStore, NewDeployment, NewStatus } from './record/store.ts';
export type { Pages, ReportSource } from './report/source.ts';

/** What a procedure does: it is given the world and the parsed inputs, and tells how it ended. It throws a Problem for what the user can fix. */
export type Procedure<Inputs, Seen = World> = (world: Seen, inputs: Inputs) => Promise<Outcome>;

export interface World {
  readonly run: Run;
  readonly clock: Clock;
  readonly log: Log;
  readonly state: State;
  readonly ask: Ask;
  readonly deployments: DeploymentStore;
  readonly files: Files;
  readonly command: Command;
  /** Aborted when the job is cancelled (SIGINT, SIGTERM): stop waiting, restore, say so. */
  readonly cancelled: AbortSignal;
  /** Reads an environment variable the policy may name, e.g. in `${PROMETHEUS_URL}`; undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The policy's traffic section for one environment and leg; throws a Problem for a router this release cannot drive. */
  readonly router: (options: RouterOptions) => Router;
  readonly metrics: (options: SourceOptions) => MetricSource;
  readonly database: (options: DatabaseOptions) => MigrationDatabase;
  /** A throw-away server to rehearse on; throws a Problem where none is to be had, with the way to one. */
  readonly shadow: (options: ShadowOptions) => Promise<Shadow>;
  /** Reads SQL by the grammar of its database. */
  readonly grammar: SqlGrammar;
  /** What puts a version on its place again: kubectl, helm. Throws a Problem for wrong options. */
  readonly redeployer: (options: RedeployOptions) => Redeployer;
  readonly workflows: Workflows;
  /** Opens the issue of an incident, or brings the standing one with the same key up to date. Never throws: trouble becomes a warning. */
  readonly incident: (incident: Incident) => Promise<{ readonly url: string; readonly warnings: readonly string[] }>;
  /** The flag that turns new code off, at the provider of the policy; throws a Problem for one that this release cannot turn. */
  readonly flag: (options: FlagOptions) => FeatureFlag;
  /** Tells people on the channels of its lines; never throws and never changes a verdict. */
  readonly announce: (event: Announcing) => Promise<void>;
  /** The issues that hygiene keeps. */
  readonly issues: IssueDesk;
  readonly http: (request: HttpRequest) => Promise<HttpReply>;
  /** Looks below HTTP: handshakes, records of names, ports. */
  readonly network: NetworkPort;
}

/** The windows that every action has; each opens for itself what it needs beyond them, so that its bundle carries no other adapter. */
export type SharedWorld = Omit<
  World,
  'router' | 'metrics' | 'database' | 'shadow' | 'grammar' | 'redeployer' | 'flag' | 'network'
>;

/** What the procedure of each action sees. */
export type GateSight = SharedWorld & Pick<World, 'router' | 'metrics'>;
export type MigrateSight = SharedWorld & Pick<World, 'database' | 'shadow' | 'grammar'>;
export type CanarySight = SharedWorld & Pick<World, 'router' | 'metrics'>;
export type SmokeSight = SharedWorld & Pick<World, 'network'>;
export type RollbackSight = SharedWorld & Pick<World, 'router' | 'database' | 'redeployer' | 'flag' | 'network'>;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whole milliseconds of a clock that nobody sets: how long something takes, never when it is. */
  steady(): number;
  /** Waits; ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  /** One group a beat, named as the process names it. */
  beat<T>(name: string, run: () => Promise<T>): Promise<T>;
  info(line: string): void;
  /** An annotation of the run, or of a line of a file; never changes the verdict. */
  warn(line: string, place?: { readonly file: string; readonly line: number }): void;
  /** The value is never shown in the log from here on, nor in anything we post. */
  mask(secret: string): void;
}

/** What main hands to post (GITHUB_STATE); written before the risky operation it is about. */
export interface State {
  save(key: string, value: string): void;
  read(key: string): string;
}

export interface Files {
  /** Text of a file of the workspace; undefined when it is not there. Throws when the path leaves the workspace. */
  read(path: string): Promise<string | undefined>;
  /** The same as it stands, for bodies that are no text. */
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** Instant (ms) of its last change; undefined when it is not there. */
  changedAt(path: string): Promise<number | undefined>;
  /** Paths (relative, sorted) of the files below a folder, not recursive; empty when there is none. */
  list(folder: string): Promise<readonly string[]>;
  /** All files below a folder, at most 20,000 (then incomplete); links, `.git` and folders named in `without` are passed by. Throws when the
   * path leaves the workspace. */
  walk(folder: string, without?: readonly string[]): Promise<FolderFact>;
  /** Writes a file below the runner's temporary directory and gives its path. */
  write(name: string, text: string): Promise<string>;
}

export interface CommandOptions {
  /** Program and arguments, or one line for `bash -c`: from the trusted policy only, never spliced from outside text. */
  readonly line: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Runs although the job is cancelled: what brings traffic back must not be ended by the very cancel it answers. */
  readonly despiteCancel?: boolean;
}

export interface CommandReply {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Streams that said more than is kept: their beginning is gone. */
  readonly cut?: readonly ('stdout' | 'stderr')[];
}

/** Runs a command in its own process group; the whole group is ended on timeout and on cancel. Never throws for an exit code. */
export type Command = (options: CommandOptions) => Promise<CommandReply>;

export interface RouterOptions {
  readonly router: string;
  readonly sides: readonly [string, string];
  /** The provider's own keys, validated by its shape in providers/routers. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment: string;
  readonly leg: string;
  /** The environment's `url`, for `sample`. */
  readonly publicUrl?: string;
  /** What the shares are shares of, where it is not the router's traffic. */
  readonly by?: 'flag' | 'rollout' | undefined;
  /** Names of users that a plan by flag may give the new code to, beside its share of everybody: keys of the weights, 0 or 100. */
  readonly audiences?: readonly string[] | undefined;
  /** The version that a rollout brings. */
  readonly target?: RedeployTarget | undefined;
}

/** Weight in percent (0 to 100) of every side, as the router itself says. */
export type Weights = Readonly<Record<string, number>>;

export interface Router {
  /** Reads the weights back from the router. */
  get(): Promise<Known<Weights> | Unknown>;
  /** Sets absolute weights; doing it twice is the same as once. `applied` may differ where the router is coarse. Throws a Problem when refused. */
  set(weights: Weights): Promise<{ readonly applied: Weights; readonly changed: boolean }>;
  /** What it would make of these weights, where it is coarse; absent where it can do any. Throws a Problem when that is too far off. */
  nearest?(weights: Weights): Promise<Weights>;
  /** Asks one side directly which version it runs; a side that does not answer is a fact, not an error. */
  side(side: string): Promise<SideFact>;
  /** Samples the public entrance n times and counts the answers by version header; undefined where the policy names no public url. */
  sample(times: number): Promise<Readonly<Record<string, number>> | undefined>;
  /** Counts the pods of a side's workload; absent where the router knows of none. Never throws. */
  readonly pods?: (side: string) => Promise<PodsReading>;
}

export interface SourceOptions {
  readonly source: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface MetricSource {
  /** `query` has its placeholders filled in already. `windowMs` is what `{{window}}` was filled with. Never throws. */
  read(query: string, at: number, windowMs: number): Promise<Reading>;
  /** A query that gives one number for each value of a label, such as `sum by (route) (…)`; absent where the source cannot. Never throws. */
  parts?(query: string, label: string, at: number): Promise<PartsReading>;
  /** The alerts that fire for the service, silenced ones left out where the source knows them; absent where it was not told which are the service's.
   * Never throws. */
  alerts?(at: number): Promise<AlertsReading>;
  /** The same query at every step of a past time, oldest first; absent where the source has no past. Never throws. */
  range?(query: string, span: Span): Promise<RangeReading>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For all of it, to the last byte of the answer. */
  readonly timeoutMs: number;
  /** For the connection alone; default as long as for all. */
  readonly connectTimeoutMs?: number;
  /** Addresses of private and local networks are refused, before anything is sent. */
  readonly publicOnly?: boolean;
  /** `host:port` to connect to instead of the URL's own; Host header and TLS name stay those of the URL. */
  readonly connectTo?: string;
  /** A fresh connection, none from the pool. */
  readonly fresh?: boolean;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export type HttpReply =
  | ({
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Each Set-Cookie line by itself; absent without one. */
      readonly setCookies?: readonly string[];
      readonly body: string;
      readonly truncated: boolean;
      readonly durationMs: number;
      /** https only. */
      readonly certificate?: Certificate;
    } & Traced)
  | NoReply;
