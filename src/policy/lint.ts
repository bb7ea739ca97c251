/** The linter of the policy: what is allowed and most likely not meant. Warnings only, each with its line; nothing closes for them. */
import type { Traffic } from './decidable.ts';
import { type Fault, sortFaults } from './fault.ts';
import { contradictions } from './lint/contradiction.ts';
import { drillElsewhere } from './lint/drill.ts';
import { emptyRoles } from './lint/empty-role.ts';
import { fallingWeights } from './lint/falling-weight.ts';
import { flagPlans } from './lint/flag-plan.ts';
import { lastSmokes } from './lint/last-smoke.ts';
import { looserLimits } from './lint/looser-limit.ts';
import { unmatchedOverrides } from './lint/override.ts';
import { longRanges } from './lint/query-range.ts';
import { quietLimits } from './lint/quiet-limit.ts';
import type { LintScope } from './lint/scope.ts';
import { slowAlarms } from './lint/slow-alarm.ts';
import { untestableStages } from './lint/smoke-before.ts';
import { unboundedCounts } from './lint/unbounded.ts';
import { shutWindows } from './lint/window.ts';

export type { LintScope } from './lint/scope.ts';

const rules = [
  longRanges,
  shutWindows,
  contradictions,
  fallingWeights,
  looserLimits,
  slowAlarms,
  unboundedCounts,
  unmatchedOverrides,
  drillElsewhere,
  emptyRoles,
  quietLimits,
  flagPlans,
  untestableStages,
  lastSmokes,
] as const;

/** Every warning about a policy without faults, in the order of the file. */
export function lint(scope: LintScope): readonly Fault[] {
  return sortFaults(rules.flatMap((rule) => rule(scope)));
}

/** The warnings that only a known traffic brings: limits it cannot decide. */
export function lintAtTraffic(policy: Omit<LintScope, 'base' | 'traffic'>, traffic: Traffic): readonly Fault[] {
  const { tree, shape, path, vocabulary } = policy;
  return sortFaults(quietLimits({ tree, shape, path, vocabulary, base: undefined, traffic }));
}
