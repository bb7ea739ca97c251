// The ports of a way back: a flag that goes off, a version that is put on its place again, workflows, the issue of an incident.
import type { Known, Unknown } from './answer.ts';

export interface FlagOptions {
  readonly provider: string;
  /** The provider's own keys of `flags:`, as the policy writes them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment: string;
  readonly name: string;
  /** What those without and those with the new code are called, where the provider tells them apart by name; default off and on. */
  readonly cohorts?: readonly [string, string] | undefined;
  /** Names of users who may have it beside its share. */
  readonly audiences?: readonly string[] | undefined;
}

export interface FeatureFlag {
  /** Whether it is on for anybody. Never throws. */
  read(): Promise<Known<{ readonly on: boolean }> | Unknown>;
  /** Off for everybody; twice is the same as once. Throws a Problem: reason `flag-refused` where another try cannot help. */
  off(): Promise<void>;
  /** Exactly these shares, percent by cohort and by audience, proven by reading them back; absent where the provider knows only on and off. Throws as
   * `off` does. */
  share?(weights: Readonly<Record<string, number>>): Promise<void>;
}

export interface RedeployOptions {
  readonly by: 'kubectl' | 'helm';
  /** The keys under `rollback.redeploy.<by>`, as the policy writes them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment: string;
  /** Empty where the environment has no sides. */
  readonly side: string;
}

/** A version as records know it. */
export interface RedeployTarget {
  readonly sha: string;
  readonly version: string;
  readonly artifact: readonly string[];
}

/** `fix` is empty when it went well. `notes`: what else changed with it. */
export interface Redeployed {
  readonly ok: boolean;
  readonly words: string;
  readonly fix: string;
  readonly notes: readonly string[];
}

export interface Redeployer {
  /** Puts exactly this version there and waits for it; twice is the same as once. Never throws for what a person can mend. */
  bring(target: RedeployTarget, withinMs: number): Promise<Redeployed>;
  /** What really runs there, e.g. the images of ready pods. Never throws. */
  runs(target: RedeployTarget): Promise<{ readonly ok: boolean; readonly words: string }>;
}

export interface Workflows {
  /** Starts a workflow file on a branch. Gives the id of its run; undefined where this GitHub does not tell. Throws what GitHub refuses. */
  dispatch(workflow: string, ref: string, inputs: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** Asks GitHub to cancel a run; one that is over is none. Throws what GitHub refuses. */
  cancel(runId: number): Promise<void>;
}

export interface Incident {
  /** Names the occasion: one issue for it, however often a run is repeated. */
  readonly key: string;
  readonly title: string;
  /** Markdown that is brought up to date. */
  readonly body: string;
  /** Markdown below it that is written once and then belongs to people. */
  readonly below: string;
  readonly labels: readonly string[];
  /** Leaves one that stands as it is. */
  readonly once?: boolean;
}
