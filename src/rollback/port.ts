// What a rollback needs of the world; the World of a procedure has this shape.
import type { Ask, Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import type { FeatureFlag, FlagOptions, Redeployer, RedeployOptions, Workflows } from '../evidence/way-back.ts';
import type { DeploymentStore } from '../record/store.ts';

export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Router {
  get(): Promise<Known<Readonly<Record<string, number>>> | Unknown>;
  set(weights: Readonly<Record<string, number>>): Promise<unknown>;
  side(side: string): Promise<SideFact>;
  sample(times: number): Promise<Readonly<Record<string, number>> | undefined>;
}

export type Command = (options: {
  readonly line: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly despiteCancel?: boolean;
}) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string; readonly timedOut: boolean }>;

/** The world of a switch. */
export interface RollbackPort {
  readonly ask: Ask;
  readonly run: Run;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  readonly env: (name: string) => string | undefined;
  readonly log: { info(line: string): void };
  readonly state: { save(key: string, value: string): void; read(key: string): string };
  readonly deployments: DeploymentStore;
  readonly command: Command;
  readonly redeployer: (options: RedeployOptions) => Redeployer;
  readonly workflows: Workflows;
  readonly flag: (options: FlagOptions) => FeatureFlag;
}

/** What the data answered when the rollback began, by question; one that could not be asked is missing. */
export interface DataBefore {
  /** When that was, ms: `$start` of the questions, so that what is written meanwhile does not count. */
  readonly at: number;
  readonly values: ReadonlyMap<string, string | undefined>;
}
