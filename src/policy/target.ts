/** What a delivery figure should be: `daily`, `< 1d`, a map of target and acceptable or by type; read from text, and whether a figure meets it. */
import { holds, parseCondition } from './condition.ts';
import type { Target } from './parts.ts';

/** Rhythms, from the slowest to the fastest. */
export const rhythms = ['yearly', 'monthly', 'weekly', 'daily'] as const;
export type Rhythm = (typeof rhythms)[number];

export type Attainment = 'met' | 'acceptable' | 'missed' | 'too few' | 'no target' | 'not readable';

/** A figure to be held against its target: a number in base units (ms, fractions 0..1, counts), or a rhythm. `n`: from how many. */
export interface Attained {
  readonly n: number;
  readonly value: number | Rhythm | undefined;
}

/** Below this many there is no judgement (reference, delivery figures). */
export const fewest = 5;

/** The words of the target for a type of deployment: `target` and `acceptable` of a map, or the type's own line. */
export function targetWords(
  target: Target | undefined,
  type = 'standard',
): { readonly target: string; readonly acceptable: string } {
  if (target === undefined) return { target: '', acceptable: '' };
  if (typeof target === 'string') return { target, acceptable: '' };
  return { target: target.target ?? target[type] ?? '', acceptable: target.acceptable ?? '' };
}

/** The types that a target names, besides `target` and `acceptable`. */
export function typesNamed(target: Target | undefined): readonly string[] {
  if (target === undefined || typeof target === 'string') return [];
  return Object.keys(target).filter((key) => key !== 'target' && key !== 'acceptable');
}

/** Whether the figure meets its target; fewer than five tell nothing. */
export function attains(words: { readonly target: string; readonly acceptable: string }, figure: Attained): Attainment {
  if (words.target === '') return 'no target';
  if (figure.n < fewest || figure.value === undefined) return 'too few';
  const met = meets(words.target, figure.value);
  if (met === undefined) return 'not readable';
  if (met) return 'met';
  return words.acceptable !== '' && meets(words.acceptable, figure.value) === true ? 'acceptable' : 'missed';
}

/** Undefined where the words are none for such a figure. */
function meets(words: string, value: number | Rhythm): boolean | undefined {
  const rhythm = rhythms.find((one) => one === words.trim());
  if (typeof value !== 'number') return rhythm && rhythms.indexOf(value) >= rhythms.indexOf(rhythm);
  const condition = parseCondition(words);
  return condition === undefined || rhythm !== undefined ? undefined : holds(condition, value);
}
