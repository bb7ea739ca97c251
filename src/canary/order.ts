// The order of legs: where the policy says one-by-one, a leg begins when the one before it has everybody on the new version.
import type { StatusFact } from '../evidence/fact.ts';
import { countedStatuses } from '../record/seal.ts';
import { readEntry } from '../record/words.ts';
import type { Scene } from './scene.ts';
import type { NotReady } from './sides.ts';
import { stopIn } from './word.ts';

/** As often as a running bake listens. ms */
const every = 5_000;
/** GitHub ends a job after six hours; one is left for the leg's own walk. ms */
const longest = 5 * 3_600_000;

export interface Waiting {
  readonly deployments: { statuses(id: number): Promise<readonly StatusFact[]> };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
}

/** Waits until it is this leg's turn. A hold: the leg before was turned back, or the job ended, while waiting. */
export async function waitForTurn(world: Waiting, { policy, attempt }: Scene): Promise<NotReady | undefined> {
  const leg = policy.leg ?? '';
  const before = policy.legs[policy.legs.indexOf(leg) - 1];
  if (policy.order !== 'one-by-one' || before === undefined) return undefined;
  if (attempt === undefined) {
    const because = `the legs go one by one, and no deployment is begun in which ${before} could say that it is done`;
    return hold('in-flight', because, 'Run pre-deploy-gate before: it begins the one deployment of all legs.');
  }
  const until = world.clock.now() + longest;
  for (;;) {
    const told = countedStatuses(await world.deployments.statuses(attempt.id).catch(() => []), 'deploy');
    const stop = stopIn(told, leg);
    if (stop !== undefined) return hold(stop.reason, stop.because, 'Begin a new deployment when the cause is found.');
    if (isDone(told, before)) return undefined;
    if (world.cancelled.aborted) return hold('cancelled', 'the job was cancelled', 'Re-run it: this leg waits again.');
    if (world.clock.now() >= until) {
      return hold('in-flight', `the leg ${before} is not done after five hours`, 'Re-run this job when it is.');
    }
    await world.clock.sleep(every, world.cancelled);
  }
}

/** The newest word about the leg's traffic is that its plan is complete. */
function isDone(statuses: readonly StatusFact[], leg: string): boolean {
  const entries = statuses.map(({ description }) => readEntry(description)).filter((read) => read.leg === leg);
  const traffic = entries.filter(({ entry }) => ['stage', 'restored', 'completed'].includes(entry.kind));
  return traffic.at(-1)?.entry.kind === 'completed';
}

function hold(reason: string, because: string, remedy: string): NotReady {
  return { kind: 'hold', reason, because, remedy };
}
