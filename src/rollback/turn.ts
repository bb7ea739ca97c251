// The turn: of rollbacks that are pressed in the same instant one acts, settled by the record: each begins its Deployment, the lowest id has the turn.
import type { DeploymentFact } from '../evidence/fact.ts';
import { unfinished } from '../record/history.ts';
import type { Decided } from './ground.ts';
import { beginningOf } from './journal.ts';
import type { RollbackPort } from './port.ts';
import { endAs, newestListed, presserOf, rivalOf } from './rival.ts';
import type { Decision } from './situation.ts';

type Go = Extract<Decision, { kind: 'go' }>;
type Port = Pick<RollbackPort, 'ask' | 'run' | 'deployments' | 'state'>;

/** Begins the Deployment of every leg that moves users to the last known good version, then looks who was first; a leg that was not is refused
 * and its Deployment ended. A person who names the commit is not held up, nor is anybody by a GitHub that does not answer: two that act then go
 * to the same version. */
export async function takeTurns(
  port: Port,
  asked: { readonly to: string },
  legs: readonly Decided[],
): Promise<readonly Decided[]> {
  if (/^[0-9a-f]{40}$/.test(asked.to)) return legs;
  const made = await Promise.all(
    legs.map((leg) => (needsTurn(leg.decision) ? beginOf(port, leg, leg.decision) : undefined)),
  );
  const [first] = legs;
  if (first === undefined || made.every((id) => id === undefined)) return legs;
  const listed = await port.deployments.list(first.policy.environment, newestListed).catch(() => []);
  const ours = await Promise.all(
    legs.map((leg, index) => {
      const id = made[index];
      return id === undefined ? leg : settled(port, leg, { id, listed });
    }),
  );
  for (const { course } of ours) course.phase('decide');
  return ours;
}

function needsTurn(decision: Decision): decision is Go {
  if (decision.kind !== 'go' || decision.own !== undefined || decision.target.sha === '') return false;
  return decision.way.kind === 'traffic' || decision.way.kind === 'redeploy';
}

/** Undefined where GitHub does not take it: users come first, the record is written afterwards. */
async function beginOf(port: Port, { course }: Decided, { target, from, way }: Go): Promise<number | undefined> {
  const place = course.journal(way.kind);
  const { payload, task, description } = beginningOf(target, from, place);
  port.state.save('rollback', 'begun');
  port.state.save('unit', place.unit);
  try {
    const { id } = await port.deployments.create({ ...payload, task, description, payload });
    course.began(id);
    return id;
  } catch {
    return undefined;
  }
}

async function settled(
  port: Port,
  leg: Decided,
  { id, listed }: { readonly id: number; readonly listed: readonly DeploymentFact[] },
): Promise<Decided> {
  const { course, policy } = leg;
  const { environment, unit } = course.journal('');
  const rival = rivalOf(listed, { id, environment, unit, leg: course.leg, known: leg.known }, port.run.id);
  if (rival === undefined) return leg;
  const [who] = await Promise.all([presserOf(port, rival), endAs(port, id, rival, course.leg)]);
  const { run } = rival.payload;
  const acts = unfinished(rival) ? 'acts' : 'has acted';
  const hangs = `should it hang: gh run cancel ${run.id}, then gh workflow run ${policy.rollback.workflow}`;
  const refused: Decision = {
    kind: 'refused',
    reason: 'conflict',
    because: `${who} pressed in the same moment and was first: rollback ${rival.id} ${acts} (${run.url})`,
    fix: `Nothing is left to do but to watch it${unfinished(rival) ? `; ${hangs}` : ''}`,
    target: undefined,
  };
  return { ...leg, decision: refused };
}
