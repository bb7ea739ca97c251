// What a walk through a suite found: data without secrets, from which verdict, record and report are made.
import type { Failure } from './expect.ts';
import type { Readiness } from './ready.ts';

export type SmokeVerdict = 'pass' | 'fail' | 'inconclusive' | 'unreachable';

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly severity: 'blocking' | 'advisory';
  /** Line in the suite file; 0 where there is none. */
  readonly line: number;
  /** `not-run`: nobody can say, because the budget was spent, the run cancelled, or what it needs failed. */
  readonly outcome: 'pass' | 'fail' | 'not-run';
  readonly attempts: number;
  readonly durationMs: number;
  readonly failures: readonly Failure[];
  /** Why it was not run; empty otherwise. */
  readonly because: string;
  /** In no attempt was anything there to talk to. */
  readonly unreachable: boolean;
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

export interface SuiteResult extends Walked {
  readonly verdict: SmokeVerdict;
  readonly reason: string;
  readonly because: string;
  readonly passed: number;
  readonly failed: number;
  readonly total: number;
  /** Ids of checks that passed only after a retry. */
  readonly flaky: readonly string[];
}
