// Sides: which one has the users now, read from the router, and whether router and record agree on it.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Attempt, History } from '../record/history.ts';
import { isFirst, type Sides, sidesOf } from '../record/running.ts';
import type { Weights } from './home.ts';
import { progressOf } from './plan.ts';

/** A walk can begin or go on. `weight`: the new version's share now. `first`: nobody answers where the users are sent, so there is nothing
 * to compare with and nothing to go back to (`stable` is empty): straight to 100 %. */
export interface Ready {
  readonly kind: 'ready' | 'first';
  readonly sides: Sides;
  readonly weight: number;
  /** The shares to go back to; absent: everybody on stable. */
  readonly home?: Weights;
  /** Users have more of the new version than before the walk; absent: they have when it has any weight. */
  readonly away?: boolean;
}

/** Whether some users have the new version that did not have it before. */
export function isAway({ weight, away }: Ready): boolean {
  return away ?? weight > 0;
}

export interface NotReady {
  readonly kind: 'hold';
  readonly reason: string;
  readonly because: string;
  readonly remedy: string;
}

/** Another Deployment's split stands on these sides. */
export interface Occupied {
  readonly kind: 'occupied';
  readonly by: Attempt;
}

export type Start = Ready | NotReady | Occupied;

export interface Stand {
  /** What the router says: percent by side. */
  readonly weights: Known<Readonly<Record<string, number>>> | Unknown;
  readonly names: readonly [string, string];
  /** What each side answers about its version; a side without an address (`url` empty) cannot be asked. */
  readonly answers: readonly SideFact[];
  readonly history: History;
  readonly attempt: Attempt | undefined;
  readonly leg: string;
}

/** A router may round a weight; half a percent is no other decision. */
const rounding = 0.5;

/** Judges where a walk starts. Which side is stable comes from the router, never from the record alone. */
export function startOf(stand: Stand): Start {
  const { weights, names, history, attempt, leg } = stand;
  if (weights.kind === 'unknown') {
    return { kind: 'hold', reason: 'router-unreachable', because: weights.because, remedy: weights.remedy };
  }
  const shareOf = (side: string) => weights.value[side] ?? 0;
  const own = attempt === undefined ? undefined : resumed(attempt, leg, shareOf);
  if (own !== undefined) return own;
  const live = names.find((side) => Math.abs(shareOf(side) - 100) <= rounding);
  const split = names.map((side) => `${side} ${shareOf(side)} %`).join(', ');
  if (live === undefined) {
    const owner = history.attempts.find((one) => one.id !== attempt?.id && isOwnerOf(one, leg, shareOf));
    if (owner !== undefined) return { kind: 'occupied', by: owner };
    return unknownStart(`the router splits the traffic (${split}) and no record says why`);
  }
  const recorded = recordedSide(history, names, leg);
  if (recorded !== undefined && recorded !== live) {
    return unknownStart(`the router says ${split}, the record says ${recorded} has all users`);
  }
  const idle = names.find((side) => side !== live) ?? '';
  const answer = (side: string) => stand.answers.find((one) => one.side === side);
  const silent = answer(live)?.answers === false && answer(live)?.url !== '';
  if (!silent) return { kind: 'ready', sides: { stable: live, canary: idle }, weight: 0 };
  // What other legs of this very Deployment have reached makes it no second one.
  if (isFirst({ ...history, attempts: history.attempts.filter(({ id }) => id !== attempt?.id) })) {
    if (answer(idle)?.answers !== true) return nobodyAnswers(names, answer);
    return { kind: 'first', sides: { stable: '', canary: idle }, weight: 0 };
  }
  return {
    kind: 'hold',
    reason: 'stable-silent',
    because: `${live} has all users and does not answer (${answer(live)?.because ?? ''})`,
    remedy: 'Bring it back first, or go back with the rollback workflow.',
  };
}

/** Nothing ran here before and the new version is on neither side yet. */
function nobodyAnswers(names: readonly string[], answer: (side: string) => SideFact | undefined): NotReady {
  const told = names.map((side) => {
    const { url = '', because = 'not asked' } = answer(side) ?? {};
    return `${side}${url === '' ? '' : ` at ${url}`} (${because})`;
  });
  return {
    kind: 'hold',
    reason: 'preflight',
    because: `nothing was deployed here before, and neither side answers: ${told.join(', ')}`,
    remedy: `Deploy the new version to ${names.join(' or ')} before this step; the side that answers gets the users.`,
  };
}

/** Goes on with a walk of this very Deployment: at the recorded weight, or at the one before when it died between record and router. */
function resumed(attempt: Attempt, leg: string, shareOf: (side: string) => number): Start | undefined {
  const sides = sidesOf(attempt, leg);
  if (sides === undefined || !progressOf(attempt, leg).shifted) return undefined;
  const weight = shareOf(sides.canary);
  const expected = new Set([0, 100, ...stageWeights(attempt, leg)]);
  const known = [...expected].some((one) => Math.abs(one - weight) <= rounding);
  if (!known)
    return unknownStart(`the router gives ${sides.canary} ${weight} %, a share no stage of this deployment has`);
  return { kind: sides.stable === '' ? 'first' : 'ready', sides, weight };
}

function isOwnerOf(attempt: Attempt, leg: string, shareOf: (side: string) => number): boolean {
  const sides = sidesOf(attempt, leg);
  // Where nothing ran before there is no way back to bring it.
  if (sides === undefined || sides.stable === '' || !progressOf(attempt, leg).shifted) return false;
  return stageWeights(attempt, leg).some((weight) => Math.abs(weight - shareOf(sides.canary)) <= rounding);
}

function stageWeights({ happened }: Attempt, leg: string): readonly number[] {
  return happened.flatMap(({ entry, leg: of }) =>
    entry.kind === 'stage' && (of === undefined || of === leg) ? [entry.weight] : [],
  );
}

/** The side that has all users by the newest word of the record; undefined when it says nothing about it. */
function recordedSide(history: History, names: readonly string[], leg: string): string | undefined {
  const told = [...history.attempts]
    .reverse()
    .flatMap((attempt) => attempt.happened)
    .filter((one) => one.leg === undefined || one.leg === leg)
    .sort((a, b) => a.at - b.at)
    .flatMap(({ entry }) => {
      // A flag and a rollout have arms of their own: what they say is not about these sides.
      if (entry.kind === 'completed' || entry.kind === 'restored')
        return names.includes(entry.side) ? [entry.side] : [];
      if (entry.kind !== 'rollback' || entry.phase !== 'switched') return [];
      return names.filter((side) => entry.detail.split(/\s+/).includes(side)).slice(0, 1);
    });
  return told.at(-1);
}

function unknownStart(because: string): NotReady {
  return {
    kind: 'hold',
    reason: 'unknown-start',
    because,
    remedy:
      'Two ways out: re-run the rollback that could not record, or run the rollback workflow with `to=<sha of the version that runs>`.',
  };
}
