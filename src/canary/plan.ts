// The plan: which stages are left to walk, judged from what the record says of this Deployment.
import { Problem } from '../kit/problem.ts';
import type { Plan, Stage } from '../policy/parts.ts';
import type { Entry } from '../record/entry.ts';
import type { Attempt } from '../record/history.ts';

/** How far a Deployment has come on one leg. */
export interface Progress {
  /** Ids of the stages promoted since the traffic was last at stable. */
  readonly promoted: readonly string[];
  /** The stage that was shifted or judged last, without a promotion; empty when there is none. */
  readonly current: string;
  /** Share of the users by the record, 0..100. */
  readonly weight: number;
  /** Whether the traffic was shifted and neither completed nor restored since. */
  readonly shifted: boolean;
  readonly completed: boolean;
}

const nothing: Progress = { promoted: [], current: '', weight: 0, shifted: false, completed: false };

/** Reads the progress of one leg from the statuses; entries without a leg speak for all. */
export function progressOf(attempt: Attempt, leg: string): Progress {
  const told = attempt.happened.filter((one) => one.leg === undefined || one.leg === leg);
  return told.map(({ entry }) => entry).reduce(after, nothing);
}

function after(before: Progress, entry: Entry): Progress {
  if (entry.kind === 'restored' || entry.kind === 'rolled-back') return nothing;
  if (entry.kind === 'completed') return { ...before, current: '', weight: 100, shifted: false, completed: true };
  if (entry.kind !== 'stage') return before;
  const moved = { ...before, weight: entry.weight, shifted: true, completed: false };
  if (entry.verdict !== 'promote') return { ...moved, current: entry.stage };
  return { ...moved, current: '', promoted: [...before.promoted, entry.stage] };
}

/** The progress as the router bears it out: what has no users any more is walked from the beginning. */
export function progressAt(attempt: Attempt | undefined, leg: string, away: boolean): Progress {
  const progress = attempt === undefined ? nothing : progressOf(attempt, leg);
  return !away && progress.weight > 0 ? nothing : progress;
}

/** The stages to walk now: `all` that are left, the `next` one, or the one named. None: nothing is left to do.
 * Throws a Problem for a name the plan does not have, and for a stage whose predecessor is not promoted. */
export function stagesToWalk(plan: Plan, progress: Progress, wanted: string): readonly Stage[] {
  const left = progress.completed ? [] : plan.stages.filter(({ id }) => !progress.promoted.includes(id));
  if (wanted === 'all') return left;
  if (wanted === 'next') return left.slice(0, 1);
  const names = plan.stages.map(({ id }) => id);
  if (!names.includes(wanted)) {
    throw new Problem({
      what: `The plan ${plan.name} has no stage ${wanted}`,
      where: 'input stage',
      fix: `Write all, next or one of: ${names.join(', ')}.`,
      reason: 'unknown-stage',
    });
  }
  const place = left.findIndex(({ id }) => id === wanted);
  if (place <= 0) return left.slice(0, place + 1);
  throw new Problem({
    what: `Stage ${wanted} comes after ${left[0]?.id ?? ''}, which is not promoted yet`,
    where: 'input stage',
    fix: `Run the stage ${left[0]?.id ?? ''} first, or write \`stage: all\`.`,
    reason: 'stage-order',
  });
}

/** Name of the stage after this one; empty after the last. */
export function stageAfter(plan: Plan, stage: string): string {
  const place = plan.stages.findIndex(({ id }) => id === stage);
  return plan.stages[place + 1]?.id ?? '';
}
