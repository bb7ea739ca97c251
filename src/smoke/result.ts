// What a walk through a suite found: data without secrets, from which verdict, record and report are made.
import type { Failure, Trouble } from './failure.ts';
import type { Latencies } from './percentile.ts';
import type { Readiness } from './ready.ts';
import type { Kind } from './shape.ts';
import type { Trace } from './trace.ts';

export type SmokeVerdict = 'pass' | 'fail' | 'inconclusive' | 'unreachable';

/** What a probe measured: latencies of the samples that held, and how many did not. */
export interface Figures {
  readonly latency: Latencies;
  readonly errors: number;
  readonly wanted: number;
  /** What was asked before and does not count: milliseconds, undefined for one without an answer. */
  readonly warmup: readonly (number | undefined)[];
}

/** One case of a report that was ingested. */
export interface CaseResult {
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'skipped';
  readonly message: string;
  readonly durationMs: number;
  /** It passed only when it was run again. */
  readonly flaky: boolean;
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly kind: Kind;
  readonly severity: 'blocking' | 'advisory';
  /** Line in the suite file; 0 where there is none. */
  readonly line: number;
  /** `not-run`: nobody can say, because the budget was spent, the run cancelled, it could not be asked, or what it needs failed. */
  readonly outcome: 'pass' | 'fail' | 'not-run';
  readonly attempts: number;
  readonly durationMs: number;
  /** How long the last exchange took by itself, without waits and attempts before (ms). */
  readonly latencyMs?: number;
  readonly failures: readonly Failure[];
  /** What the last attempt failed of; absent where it passed, or was not made. */
  readonly trouble?: Trouble;
  /** What was asked, of a check that failed or could not be asked: `GET https://shop.example/api/orders/17`. */
  readonly asked?: string;
  /** Why it was not run; empty otherwise. */
  readonly because: string;
  /** In no attempt was anything there to talk to. */
  readonly unreachable: boolean;
  readonly figures?: Figures;
  /** Who answered last, and where the time went; of a probe its slowest sample. */
  readonly trace?: Trace;
  /** Passed, but only when another runner ran it again. */
  readonly flaky?: boolean;
  /** Of what passed only after a retry: why each attempt before did not, in their order. */
  readonly earlier?: readonly Earlier[];
}

/** The first failure of an attempt that was made again. */
export interface Earlier extends Failure {
  readonly trouble: Trouble;
}

export interface CleanedUp {
  readonly id: string;
  /** What went wrong; empty when it went well. */
  readonly because: string;
}

export interface Walked {
  readonly checks: readonly CheckResult[];
  /** Undefined when nothing pins the version. */
  readonly readiness: Readiness | undefined;
  readonly cleanups: readonly CleanedUp[];
  readonly cancelled: boolean;
  readonly durationMs: number;
}

/** A verdict with its stable reason, and in words what led to it (empty for a pass). */
export interface Decision {
  readonly verdict: SmokeVerdict;
  readonly reason: string;
  readonly because: string;
}

export interface SuiteResult extends Walked, Decision {
  readonly passed: number;
  readonly failed: number;
  readonly total: number;
  /** Ids of checks that passed only after a retry. */
  readonly flaky: readonly string[];
}
