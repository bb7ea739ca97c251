// Builders for what a walk found: checks that passed, and the result of all of them.
import type { CheckResult, SuiteResult, Walked } from '../../src/smoke/result.ts';

/** A check of kind http that passed at the first attempt. */
export function aCheckResult(change: Partial<CheckResult> = {}): CheckResult {
  return {
    id: 'a',
    title: 'a',
    kind: 'http',
    severity: 'blocking',
    line: 3,
    outcome: 'pass',
    attempts: 1,
    durationMs: 5,
    failures: [],
    because: '',
    unreachable: false,
    ...change,
  };
}

/** A walk in which these checks were all there was. */
export function aWalked(checks: readonly CheckResult[]): Walked {
  return { checks, readiness: undefined, cleanups: [], cancelled: false, durationMs: 9 };
}

/** A suite that passed. */
export function aSuiteResult(checks: readonly CheckResult[]): SuiteResult {
  const said = { verdict: 'pass', reason: 'pass', because: '' } as const;
  return { ...aWalked(checks), ...said, passed: checks.length, failed: 0, total: checks.length, flaky: [] };
}
