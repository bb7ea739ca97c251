// The order of legs: where the policy says one-by-one, a leg begins when the one before it has everybody on the new version.
import type { StatusFact } from '../evidence/fact.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Plan } from '../policy/parts.ts';
import type { Entry } from '../record/entry.ts';
import { countedStatuses } from '../record/seal.ts';
import { describeEntry, readEntry } from '../record/words.ts';
import { carried, handedOver } from './caretaker.ts';
import type { Scene } from './scene.ts';
import type { NotReady } from './sides.ts';
import { stopIn } from './word.ts';

/** As often as a running bake listens. ms */
const every = 5_000;
/** GitHub ends a job after six hours; one is left for the leg's own walk. ms */
const longest = 5 * 3_600_000;
/** A job that waits for a runner or for somebody's approval may say nothing for so long (ours). ms */
const absence = 3_600_000;
/** What comes between the stages of a leg, its smoke tests among them (ours). ms */
const between = 30 * 60_000;

export interface Waiting {
  readonly deployments: { statuses(id: number): Promise<readonly StatusFact[]> };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
}

/** Waits until it is this leg's turn. A hold: while waiting, the leg before was turned back, gave up or fell silent, or the job ended. */
export async function waitForTurn(world: Waiting, { policy, attempt, plan }: Scene): Promise<NotReady | undefined> {
  const leg = policy.leg ?? '';
  const before = policy.legs[policy.legs.indexOf(leg) - 1];
  if (policy.order !== 'one-by-one' || before === undefined) return undefined;
  if (attempt === undefined) {
    const because = `the legs go one by one, and no deployment is begun in which ${before} could say that it is done`;
    return hold('in-flight', because, 'Run pre-deploy-gate before: it begins the one deployment of all legs.');
  }
  const since = world.clock.now();
  const until = since + longest;
  let known: number | undefined;
  for (;;) {
    const told = countedStatuses(await world.deployments.statuses(attempt.id).catch(() => []), 'deploy');
    const stop = stopIn(told, leg);
    if (stop !== undefined) return hold(stop.reason, stop.because, 'Begin a new deployment when the cause is found.');
    const words = trafficOf(told, before);
    if (words.at(-1)?.entry.kind === 'completed') return undefined;
    known ??= words.length;
    const left = lostLeg(before, { words, known, since, now: world.clock.now(), plan });
    if (left !== undefined) return left;
    if (world.cancelled.aborted) return hold('cancelled', 'the job was cancelled', 'Re-run it: this leg waits again.');
    if (world.clock.now() >= until) {
      return hold('in-flight', `the leg ${before} is not done after five hours`, 'Re-run this job when it is.');
    }
    await world.clock.sleep(every, world.cancelled);
  }
}

interface Word {
  readonly entry: Entry;
  readonly at: number;
}

/** What a leg said about its traffic, oldest first. */
function trafficOf(statuses: readonly StatusFact[], leg: string): readonly Word[] {
  return statuses.flatMap(({ description, createdAt }) => {
    const { entry, leg: of } = readEntry(description);
    return of === leg && ['stage', 'restored', 'completed'].includes(entry.kind) ? [{ entry, at: createdAt }] : [];
  });
}

/** The leg before will not be done by itself: it gave its users back while we waited, or its job never came or died. What it said before we waited may
 * be of an earlier try; whoever carries it now has time to begin. */
function lostLeg(
  leg: string,
  {
    words,
    known,
    since,
    now,
    plan,
  }: {
    readonly words: readonly Word[];
    readonly known: number;
    readonly since: number;
    readonly now: number;
    readonly plan: Plan;
  },
): NotReady | undefined {
  const last = words.at(-1);
  if (last?.entry.kind === 'restored' && words.length > known) {
    const because = `the leg ${leg} gave up (${last.entry.because}): its users are back on ${last.entry.side}`;
    return hold('leg-held', because, `Re-run the job of ${leg} first, then this one.`);
  }
  if (last?.entry.kind === 'stage' && isInCare(last.entry.reason)) return undefined;
  const longestStage = Math.max(0, ...plan.stages.map(({ bakeMs, maxBakeMs = 0 }) => Math.max(bakeMs, maxBakeMs)));
  const walks = last?.entry.kind === 'stage';
  const patience = walks ? longestStage + between : absence;
  const quiet = now - Math.max(since, last?.at ?? 0);
  if (quiet < patience) return undefined;
  const silence = formatDuration(quiet);
  const because =
    last === undefined
      ? `the leg ${leg} has not begun for ${silence}`
      : `the leg ${leg} has said nothing for ${silence}; its last word was “${describeEntry(last.entry)}”`;
  return hold('leg-silent', because, `See whether the job of ${leg} came, or died; re-run it, then this one.`);
}

/** The caretaker carries the stage, or people are asked about it: that may take days, and somebody sees to it. */
function isInCare(reason: string): boolean {
  return [handedOver, carried, 'asking until', 'answered hold'].some((word) => reason.startsWith(word));
}

function hold(reason: string, because: string, remedy: string): NotReady {
  return { kind: 'hold', reason, because, remedy };
}
