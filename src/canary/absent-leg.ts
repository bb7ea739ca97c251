// An absent leg: others have everybody on the new version, and this one never began or gave up. Its environment is on two versions until somebody acts.
import type { Ask } from '../evidence/answer.ts';
import type { Seen } from './caretaker.ts';
import { type Ending, unmoved } from './ending.ts';
import { nothingDue } from './idle.ts';
import { earlierLooks } from './kept.ts';
import { completionOf } from './watch.ts';

/** What is said of a leg that has not everybody. A hold once its run is over and another leg is complete, told once: it moves nothing. */
export async function absentLeg(ask: Ask, scene: Seen, now: number): Promise<Ending> {
  const { attempt, policy, sha } = scene;
  const leg = policy.leg ?? '';
  const complete = policy.legs.find((other) => other !== leg && completionOf(attempt, other) !== undefined);
  if (leg === '' || complete === undefined) return nothingDue('it has not everybody', now);
  const owner = await ask({ kind: 'run', id: attempt.payload.run.id });
  if (owner.kind === 'unknown' || owner.value.status !== 'completed') return nothingDue('its job may still come', now);
  const said = attempt.happened.findLast((one) => one.leg === leg)?.entry;
  const how = said?.kind === 'restored' ? `gave up (${said.because})` : 'never began: its job did not come, or died';
  const because = `${complete} has everybody on ${scene.version}, and the leg ${leg} ${how}`;
  const key = `leg absent ${leg}`;
  const looks = await earlierLooks(ask, { sha, deploymentId: attempt.id, environment: policy.environment });
  const acted = !looks.some(({ found }) => found[key] === true);
  const remedy = `Re-run the job of ${leg}, or go back with the rollback workflow.`;
  const facts = { [key]: true };
  return unmoved({ verdict: 'hold', reason: 'leg-silent', because, remedy, now, kept: true, acted, facts });
}
