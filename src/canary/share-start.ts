// The start of a plan by flag or by rollout: its arms have no sides of their own, so that what stands now is where everything goes back to.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { Plan } from '../policy/parts.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Attempt, History } from '../record/history.ts';
import { homeOf, standsAt, type Weights } from './home.ts';
import { progressOf } from './plan.ts';
import type { NotReady, Start } from './sides.ts';

export interface ShareStand {
  readonly weights: Known<Weights> | Unknown;
  readonly plan: Plan;
  readonly routing: Routing;
  readonly history: History;
  readonly attempt: Attempt | undefined;
  readonly leg: string;
  /** Whether another Deployment went by the same means. */
  readonly isAlike: (other: Attempt) => boolean;
}

/** A provider may round a share; half a percent is no other decision. */
const rounding = 0.5;

/** Judges where a walk by flag or rollout starts. */
export function startByShare(stand: ShareStand): Start {
  const { weights, plan, routing, attempt, leg } = stand;
  if (weights.kind === 'unknown')
    return { kind: 'hold', reason: 'router-unreachable', because: weights.because, remedy: weights.remedy };
  const [stable, canary] = routing.sides;
  const sides = { stable, canary };
  const share = weights.value[canary] ?? 0;
  const shifted = attempt !== undefined && progressOf(attempt, leg).shifted;
  const plain = allTo(stable, routing.sides);
  if (plan.by === 'rollout')
    return { kind: 'ready', sides, weight: share, home: plain, away: shifted || share > rounding };
  if (shifted) {
    const home = homeOf(attempt, leg, { stable, names: routing.sides });
    const known = [home[canary] ?? 0, 100, ...weightsTold(attempt, leg)];
    if (!known.some((one) => Math.abs(one - share) <= rounding))
      return unknownStart(
        `the flag gives ${share} % of the users the new code, a share no stage of this deployment has`,
      );
    return { kind: 'ready', sides, weight: share, home, away: !standsAt(weights.value, home, rounding) };
  }
  const owner = stand.history.attempts.find((one) => one.id !== attempt?.id && isOwner(one, stand, weights.value));
  if (owner !== undefined) return { kind: 'occupied', by: owner };
  const least = plan.stages.find(({ weight }) => weight > 0);
  if (least !== undefined && share > least.weight + rounding && share > 0) {
    const because = `the flag gives ${share} % of the users the new code already, and the stage ${least.id} would leave ${least.weight} % of them with it`;
    return unknownStart(because);
  }
  return { kind: 'ready', sides, weight: share, home: weights.value, away: false };
}

/** The split of the flag is one that another walk made and did not bring back. */
function isOwner(one: Attempt, { routing, leg, isAlike }: ShareStand, weights: Weights): boolean {
  if (!progressOf(one, leg).shifted || !isAlike(one)) return false;
  const [stable, canary] = routing.sides;
  const home = homeOf(one, leg, { stable, names: routing.sides });
  const share = weights[canary] ?? 0;
  const isTheirs = weightsTold(one, leg).some((weight) => Math.abs(weight - share) <= rounding);
  return isTheirs && !standsAt(weights, home, rounding);
}

function weightsTold({ happened }: Attempt, leg: string): readonly number[] {
  return happened.flatMap(({ entry, leg: of }) =>
    entry.kind === 'stage' && (of === undefined || of === leg) ? [entry.weight] : [],
  );
}

function unknownStart(because: string): NotReady {
  const remedy =
    'Name the flag of this very change under rollback.flag, or set it back to what stable users are to have, then re-run the job.';
  return { kind: 'hold', reason: 'unknown-start', because, remedy };
}
