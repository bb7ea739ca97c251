// Queries of a canary: which arms a measure is asked of, and how its counters count.
import type { Measure } from '../policy/measure.ts';
import type { Arm, Counting } from './sample.ts';

/** Arms to ask of a measure: a query that names neither side nor version is the same for both and asked once, as the canary's. Where both arms
 * run one version (the cohorts of a flag), its name tells nothing apart. */
export function armsOf(
  measure: Measure,
  sourceTexts: readonly string[],
  versions?: Readonly<Record<Arm, string>>,
): readonly Arm[] {
  const same = versions !== undefined && versions.canary !== '' && versions.canary === versions.stable;
  const parting = same ? /\{\{\s*(side|track)\s*\}\}/ : /\{\{\s*(side|version|track)\s*\}\}/;
  const parted = [...queriesOf(measure), ...sourceTexts].some((text) => parting.test(text));
  return parted ? ['canary', 'stable'] : ['canary'];
}

/** The texts of a measure, not filled in. */
export function queriesOf(measure: Measure): readonly string[] {
  return measure.kind === 'ratio' ? [measure.count, measure.total] : [measure.text];
}

/** How a query's counter counts: with `{{window}}` since the beginning of the walk, else since its process began. */
export function countingOf(text: string): Counting {
  return /\{\{\s*window\s*\}\}/.test(text) ? 'walk' : 'ever';
}
