// The hand-over: a stage that no job can wait for goes to the caretaker, or its users go back.
import type { Ask } from '../evidence/answer.ts';
import type { Stage } from '../policy/parts.ts';
import type { BakeEnd } from './bake.ts';
import { askingWords, careOf, carried, handedOver, isCaretakerAlive, isUnderWay } from './caretaker.ts';
import { answerMs } from './decision.ts';
import { type Ending, walked } from './ending.ts';
import type { Scene } from './scene.ts';
import type { Turn } from './turn.ts';
import type { Walk } from './walk.ts';

interface Handing {
  readonly ask: Ask;
  readonly clock: { now(): number };
}

/** Whether a stage can be baked to its end in what is left of the job that began at `from`. */
export function fits(
  { bakeMs, maxBakeMs = 0, smoke, weight }: Stage,
  { policy }: Scene,
  from: number,
  now: number,
): boolean {
  if (policy.caretaker === undefined) return true;
  // Between its shift and the next stage somebody else has to run its smoke tests.
  if (smoke !== undefined && weight > 0 && weight < 100) return false;
  return now - from + Math.max(bakeMs, maxBakeMs) <= policy.caretaker.maxJobTimeMs;
}

/** Whether a living caretaker carries this leg's stage already. */
export async function isCarried(world: Handing, scene: Scene): Promise<boolean> {
  const { attempt, policy } = scene;
  if (attempt === undefined || !isUnderWay({ ...scene, attempt }) || !careOf(attempt, policy.leg ?? '').carried)
    return false;
  return isCaretakerAlive(world.ask, policy.caretaker, world.clock.now());
}

/** Gives the stage its weight and leaves it to the caretaker. A turn where none lives, or the router does not take it. */
export async function handOver(world: Handing, walk: Walk, stage: Stage): Promise<Ending | Turn> {
  const { caretaker } = walk.scene.policy;
  if (!(await isCaretakerAlive(world.ask, caretaker, world.clock.now()))) {
    const because = `${stage.id} is more than this job can see to its end, and no caretaker has come lately`;
    return { verdict: 'hold', reason: 'held-unwatched', because };
  }
  const refusal = await walk.enter(stage, handedOver);
  if (refusal !== undefined) return { verdict: 'hold', ...refusal };
  const because = `${caretaker?.workflow} carries ${stage.id} on from here`;
  return keptEnding(world, walk, handedOver, because);
}

/** A stage that nothing decided, where the plan wants people asked or the stage left as it is: with a living caretaker it stays. Undefined:
 * the turn stands. */
export async function leave(world: Handing, walk: Walk, end: BakeEnd): Promise<Ending | undefined> {
  const { plan, policy } = walk.scene;
  const { verdict } = end;
  if (end.stop !== undefined || verdict?.kind !== 'hold' || plan.inconclusive === 'restore') return undefined;
  const now = world.clock.now();
  if (!(await isCaretakerAlive(world.ask, policy.caretaker, now))) return undefined;
  const asks = plan.inconclusive === 'ask';
  const until = now + answerMs;
  await walk.release(asks ? askingWords(until, verdict.reason) : `${carried}: ${verdict.reason}`);
  const what = asks ? `people decide until ${new Date(until).toISOString()}` : 'it stays as the plan says';
  return keptEnding(world, walk, asks ? 'asking' : 'baking', `${verdict.because}: ${what}`);
}

function keptEnding(world: Handing, walk: Walk, reason: string, because: string): Ending {
  const now = world.clock.now();
  return walked(walk, { verdict: 'hold', reason, because, remedy: '', stopped: false, kept: true, now });
}
