// Where a change belongs: the unit's own files, and the areas they touch.
import { anyMatches } from '../kit/glob.ts';
import type { Unit } from './parts.ts';

export { areasTouched, type TouchedArea } from './change-facts.ts';

/** The files of the change that belong to the unit; none left: the change does not concern it. */
export function filesOfUnit<File extends { readonly path: string }>(
  files: readonly File[],
  unit: Unit,
): readonly File[] {
  return files.filter(({ path }) => anyMatches(unit.paths, path));
}
