// The sides as the router tells them when the gate looks: which has the users, which is idle.
import type { Known, Unknown } from '../evidence/answer.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { hasSides } from '../policy/share-routing.ts';
import type { Moment } from './moment.ts';
import { type SidesTold, sidesByWeight } from './outcome.ts';

/** Asks the router of this environment for its weights; it may throw a Problem. */
export type Weighing = () => Promise<Known<Readonly<Record<string, number>>> | Unknown>;

/** Stable and idle side, at the deploy moment alone. A plan by rollout has none: its two versions share one place. A router that cannot be reached
 * is a warning: the gate does not need it. */
export async function stableAndIdle(
  { policy, plan }: { readonly policy: Effective; readonly plan: string },
  moment: Moment,
  weigh: Weighing,
): Promise<SidesTold> {
  const rolls = policy.plans[plan]?.by === 'rollout';
  if (moment === 'review' || policy.traffic === undefined || rolls || !hasSides(policy))
    return { stable: '', idle: '', warnings: [] };
  try {
    const weights = await weigh();
    if (weights.kind === 'known') return { ...sidesByWeight(policy.traffic.sides, weights.value), warnings: [] };
    return silent(weights.because);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return silent(error.message);
  }
}

function silent(because: string): SidesTold {
  return { stable: '', idle: '', warnings: [`The router did not tell its sides: ${because}`] };
}
