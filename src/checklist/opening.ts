// What an open gate writes: the Deployment begins, what it supersedes ends, and the watch of the one before is over.
import type { Answers } from '../evidence/answer.ts';
import { Problem } from '../kit/problem.ts';
import { begin } from '../record/begin.ts';
import type { Attempt } from '../record/history.ts';
import { isOpen } from '../record/running.ts';
import type { DeploymentStore } from '../record/store.ts';
import { descriptionLimit, statusOf } from '../record/words.ts';
import type { Case } from './checklist.ts';
import { toSupersede } from './criteria/standing.ts';
import { payloadOf, type Statement } from './statement.ts';

/** True when a Deployment begins: at the deploy moment, of an open gate, or of any under `enforce: report`, which stops nothing; never for a
 * rollback, which has its own. */
export function mayBegin({ judged, judgement, back }: Statement): boolean {
  if (back !== undefined) return false;
  const opens = judgement.verdict === 'open' || judged.policy.enforce === 'report';
  return opens && judged.moment === 'deploy' && judgement.reason !== 'not-concerned';
}

/** What opening needs of the world. */
export interface Desk {
  readonly deployments: DeploymentStore;
  readonly clock: { sleep(ms: number): Promise<void> };
}

/** Begins the Deployment, or goes on with the one that this run has begun already; gives its id. Throws what the store throws. */
export async function openGate(desk: Desk, statement: Statement, answers: Answers): Promise<number> {
  const { deployments: store, clock } = desk;
  const { judged, version } = statement;
  const { change, policy, run } = judged;
  const payload = payloadOf(statement, answers);
  const trial = statement.judgement.verdict === 'open' ? 'open' : 'closed';
  const mode = policy.enforce === 'report' ? ({ trial } as const) : {};
  const entry = { kind: 'begun', tier: change.tier, plan: change.plan, ...mode } as const;
  const description = `${version} to ${policy.environment}`.slice(0, descriptionLimit);
  const begun = await begin(store, { task: 'deploy', description, payload }, entry, {
    logUrl: run.url,
    wait: (ms) => clock.sleep(ms),
  });
  const { id } = begun.attempt;
  for (const ended of [...superseded(judged, answers), ...watched(judged)]) {
    const words = { kind: 'ended', how: 'superseded', detail: String(id) } as const;
    await store.say(ended.id, statusOf({ state: 'inactive', entry: words, logUrl: run.url }));
  }
  return id;
}

function superseded(judged: Case, answers: Answers): readonly Attempt[] {
  const item = { id: 'in-flight', with: {}, level: 'required', signOff: [] } as const;
  return toSupersede({ ...judged, item }, answers).map(({ attempt }) => attempt);
}

/** The Deployment before, while its plan's watch is not over. Its success stands; only the watch ends. */
function watched({ change, policy, now }: Case): readonly Attempt[] {
  const { predecessor } = change;
  if (predecessor?.payload.kind !== 'deploy' || predecessor.state !== 'success') return [];
  const bands = policy.plans[predecessor.payload.plan]?.watch ?? [];
  const forMs = Math.max(0, ...bands.map(({ toMs }) => toMs));
  return isOpen(predecessor, { now, forMs }) ? [predecessor] : [];
}

/** Open without a Deployment would say what is not so to the steps that still run. */
export function cancelledBefore(environment: string): Problem {
  return new Problem({
    what: `The job was cancelled before the deployment to ${environment} began`,
    where: 'this run',
    fix: 'Start it again when it shall go on.',
    reason: 'cancelled',
  });
}
