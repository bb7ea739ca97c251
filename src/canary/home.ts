// Home: the shares that users had before a walk, which every way back gives them again, and the shares that a stage wants.
import type { Stage } from '../policy/parts.ts';
import { allTo, type Routing } from '../policy/routing.ts';
import type { Entry } from '../record/entry.ts';
import type { Attempt } from '../record/history.ts';
import { type Sides, sidesOf } from '../record/running.ts';

/** Percent by side, and 0 or 100 by audience beside them. */
export type Weights = Readonly<Record<string, number>>;

/** A router may round; more than a percentage point is somebody's hand. */
export const coarse = 1;

/** The shares before the walk: as recorded where some users had the new code already, else everybody on stable. */
export function homeOf(
  attempt: Attempt | undefined,
  leg: string,
  at: { readonly stable: string; readonly names: readonly string[] },
): Weights {
  const told = attempt?.happened.find(
    (one) => one.entry.kind === 'before' && (one.leg === undefined || one.leg === leg),
  )?.entry;
  return told?.kind === 'before' ? told.weights : allTo(at.stable, at.names);
}

/** The shares that a stage gives: to the new version, to those beside it by name, and the rest to the other side. */
export function sharesOf({ sides: names }: Pick<Routing, 'sides'>, { stable, canary }: Sides, stage: Stage): Weights {
  const other = names.find((side) => side !== canary) ?? '';
  const split = { [canary]: stage.weight, [other]: Number((100 - stage.weight).toFixed(3)) };
  const beside = Object.fromEntries((stage.audience ?? []).map((audience) => [audience, 100]));
  return { ...allTo(stable, names), ...split, ...beside };
}

/** Whether the users stand as wanted; who is not named has nothing. */
export function standsAt(weights: Weights, wanted: Weights, tolerance = coarse): boolean {
  const names = new Set([...Object.keys(weights), ...Object.keys(wanted)]);
  return [...names].every((name) => Math.abs((weights[name] ?? 0) - (wanted[name] ?? 0)) <= tolerance);
}

/** What the record is told before a first shift, as far as it has not heard it: the two sides, and what some users of a flag had before. */
export function beginWords(
  attempt: Attempt,
  leg: string,
  { sides, home }: { readonly sides: Sides; readonly home: Weights },
): readonly Entry[] {
  const told = sidesOf(attempt, leg);
  if (told?.stable === sides.stable && told.canary === sides.canary) return [];
  const isPlain = Object.entries(home).every(([name, share]) => share === (name === sides.stable ? 100 : 0));
  return [{ kind: 'sides', ...sides }, ...(isPlain ? [] : [{ kind: 'before' as const, weights: home }])];
}
