// Who ends a Deployment with success: whoever finishes the last thing the policy asks (DESIGN, "States").
import type { Attempt } from './history.ts';

export type Duty = 'plan' | 'smoke' | 'finish';

/** What the policy asks of one environment. */
export interface Asked {
  /** The plan that canary-step walks, and whether it wants a smoke test after its end (`smoke.after`); undefined without traffic to shift. */
  readonly plan: { readonly smokeAfter: boolean } | undefined;
  /** Whether a smoke suite is configured. */
  readonly smoke: boolean;
}

/** The last duty: smoke when the plan asks for it after, else the plan's end; with no plan a smoke `pass`; with neither gate `mode: finish`. */
export function lastDuty({ plan, smoke }: Asked): Duty {
  if (plan !== undefined) return plan.smokeAfter ? 'smoke' : 'plan';
  return smoke ? 'smoke' : 'finish';
}

/** The legs (`['']` without any) that have not done this duty yet. A Deployment succeeds when the list is empty. */
export function legsWithout(attempt: Attempt, duty: Duty): readonly string[] {
  const legs = attempt.payload.kind === 'deploy' && attempt.payload.legs.length > 0 ? attempt.payload.legs : [''];
  return legs.filter((leg) => !hasDone(attempt, duty, leg));
}

function hasDone(attempt: Attempt, duty: Duty, leg: string): boolean {
  const told = attempt.happened.filter((one) => one.leg === undefined || one.leg === leg);
  const lastShift = told.findLastIndex(({ entry }) => entry.kind === 'stage' || entry.kind === 'restored');
  const since = told.slice(lastShift + 1).map(({ entry }) => entry);
  if (duty === 'plan') return since.some((entry) => entry.kind === 'completed');
  if (duty === 'smoke') return since.findLast((entry) => entry.kind === 'smoke')?.verdict === 'pass';
  return since.some((entry) => entry.kind === 'finished');
}
