// Which files are the unit's: what is deployed together may be a part of the repository.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { ChangedFile, Comparison } from '../evidence/fact.ts';
import { anyMatches } from '../kit/glob.ts';
import type { Unit } from '../policy/parts.ts';

export interface UnitFiles {
  readonly files: readonly ChangedFile[];
  /** False when there may be more files than these. */
  readonly complete: boolean;
  /** Files in all, the unit's or not. */
  readonly fileCount: number;
  readonly url: string;
}

/** The files of the unit, and how many there were in all; nothing told is not complete. */
export function filesOfUnit(unit: Unit, told: Comparison | undefined): UnitFiles {
  if (told === undefined) return { files: [], complete: false, fileCount: 0, url: '' };
  const files = isWhole(unit) ? told.files : told.files.filter((file) => isIn(unit, file));
  return { files, complete: told.complete, fileCount: told.files.length, url: told.url };
}

function isIn(unit: Unit, file: ChangedFile): boolean {
  return anyMatches(unit.paths, file.path) || (file.previous !== undefined && anyMatches(unit.paths, file.previous));
}

/** True when the unit is the whole repository. */
export function isWhole(unit: Unit): boolean {
  return unit.paths.includes('**');
}

/** Whether some file is the unit's. What cannot be told counts as the unit's. */
export function concerns(unit: Unit, files: Known<Comparison> | Unknown): boolean {
  if (isWhole(unit) || files.kind === 'unknown' || !files.value.complete) return true;
  return files.value.files.some((file) => isIn(unit, file));
}
