// The completion of a plan: the new version has everybody, and the Deployment hears it, with success when nothing is left to do.
import type { DeploymentState } from '../evidence/fact.ts';
import { lastDuty, legsWithout } from '../record/ending.ts';
import type { Entry } from '../record/entry.ts';
import { attemptOf } from '../record/history.ts';
import type { DeploymentStore } from '../record/store.ts';
import type { Scene } from './scene.ts';

/** GitHub's lists may show late what was just written (`reference/github.md` section 3): ms until a second look. */
const lagMs = 3_000;

export interface Completing {
  readonly scene: Scene;
  readonly side: string;
  readonly deploymentId: number;
  readonly deployments: DeploymentStore;
  readonly clock: { sleep(ms: number): Promise<void> };
  /** Writes a status; what GitHub does not take is a warning. */
  readonly note: (state: DeploymentState, entry: Entry) => Promise<unknown>;
}

/** Says that the plan is complete. `success` when no leg and no smoke test is left to do. Throws when the Deployments cannot be listed. */
export async function sayComplete(completing: Completing): Promise<void> {
  const { scene, side, note } = completing;
  const { plan, policy, suiteMissing } = scene;
  const smokeAfter = plan.smoke.after !== undefined && !suiteMissing;
  const duty = lastDuty({ plan: { smokeAfter }, smoke: true });
  const alone = policy.legs.length <= 1;
  await note(duty === 'plan' && alone ? 'success' : 'in_progress', { kind: 'completed', side });
  if (duty !== 'plan' || alone) return;
  const last = (await isLastLeg(completing)) || (await isLastLeg(completing, lagMs));
  if (last) await note('success', { kind: 'finished' });
}

/** Whether every leg is complete. Legs that end together do not see each other at once, so the second look comes `afterMs` later. */
async function isLastLeg({ deployments, clock, deploymentId, scene }: Completing, afterMs = 0): Promise<boolean> {
  await clock.sleep(afterMs);
  const fresh = (await deployments.list(scene.policy.environment)).find(({ id }) => id === deploymentId);
  const all = fresh === undefined ? undefined : attemptOf(fresh);
  return all !== undefined && legsWithout(all, 'plan').length === 0;
}
