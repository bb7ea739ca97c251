// What the history table and the files say about each other: pending, gone from disk, edited since, out of order.
import type { AppliedFact } from '../evidence/migration.ts';
import type { MigrationFile } from './file.ts';
import { compareNumbers } from './name.ts';

export interface Pending {
  /** Not applied yet, in order. */
  readonly files: readonly MigrationFile[];
  /** Applied, but no file has this id: a newer version was here, or a file was removed. */
  readonly missing: readonly string[];
  /** Applied with another text, where the history keeps digests. */
  readonly edited: readonly MigrationFile[];
  /** Pending although a later one is applied. */
  readonly late: readonly MigrationFile[];
}

/** Compares files with history. A file that was applied under the same id is not pending, whatever it says now. */
export function pendingOf(files: readonly MigrationFile[], history: readonly AppliedFact[]): Pending {
  const applied = new Map(history.map((fact) => [fact.id, fact.sha256]));
  const pending = files.filter(({ id }) => !applied.has(id));
  const last = files.filter(({ id }) => applied.has(id)).at(-1);
  return {
    files: pending,
    missing: history.map(({ id }) => id).filter((id) => !files.some((file) => file.id === id)),
    edited: files.filter((file) => {
      const digest = applied.get(file.id) ?? '';
      return digest !== '' && digest !== file.sha256;
    }),
    late: last === undefined ? [] : pending.filter(({ number }) => compareNumbers(number, last.number) < 0),
  };
}

/** What differs between history and files, as sentences for people; nothing of it stops a migration. */
export function remarksOn(pending: Pending): readonly string[] {
  return [
    ...pending.missing.map(
      (id) =>
        `${id} is in the database's history and not among the files: a newer version was here, or the file was removed`,
    ),
    ...pending.edited.map(
      ({ path }) =>
        `${path} was edited after it was applied: the database has the old text, put the change into a new file`,
    ),
    ...pending.late.map(({ path }) => `${path} comes before files that are applied already: it is applied after them`),
  ];
}
