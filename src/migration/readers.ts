// Which contract files are due: those whose last reader, the version before the release that brought them, serves nobody and is no way back any more.
import { type Attempt, type History, unfinished } from '../record/history.ts';
import { wasLeft } from '../record/running.ts';
import type { MigrationFile } from './file.ts';
import type { Scene } from './scene.ts';

export interface Readers {
  readonly retired: ReadonlySet<string>;
  /** Why each other file waits, by id: a sentence. */
  readonly waiting: ReadonlyMap<string, string>;
}

/** Looks every file up in the record. `now`: ms. */
export function readersOf(
  files: readonly MigrationFile[],
  { history, parent, settings, policy }: Pick<Scene, 'history' | 'parent' | 'settings' | 'policy'>,
  now: number,
): Readers {
  const retired = new Set<string>();
  const waiting = new Map<string, string>();
  const before = { ...history, attempts: history.attempts.filter(({ id }) => id !== parent?.id) };
  for (const file of files) {
    const why = whyNot(file, before, {
      after: settings.contractAfter,
      keepOldMs: policy.traffic?.keepOldMs,
      now,
    });
    if (why === '') retired.add(file.id);
    else waiting.set(file.id, why);
  }
  return { retired, waiting };
}

interface Terms {
  readonly after: 'after-retire' | number;
  readonly keepOldMs: number | undefined;
  readonly now: number;
}

/** Empty: its readers are gone. */
function whyNot(file: MigrationFile, history: History, { after, keepOldMs, now }: Terms): string {
  const stood = stoodOf(history.attempts);
  const brought = releaseThatBrought(file, history.attempts);
  if (brought?.succeededAt === undefined) return 'no release that brought it has succeeded yet';
  const busy = history.attempts.find(
    (attempt) => attempt.task === 'deploy' && attempt.id < brought.id && unfinished(attempt),
  );
  if (busy !== undefined) return `deployment ${busy.id}, from before it, is not finished`;
  if (typeof after === 'number') return until(brought.succeededAt + after, now);
  const reader = stood.find(({ id }) => id < brought.id);
  if (reader === undefined || isRetired(reader)) return '';
  // A release after the one that brought it has taken the place of the old side.
  if (stood.some(({ id }) => id > brought.id)) return '';
  if (keepOldMs !== undefined) return until(brought.succeededAt + keepOldMs, now);
  return `${reader.payload.kind === 'deploy' ? reader.payload.version : reader.sha.slice(0, 7)} reads the old schema and is kept as the way back`;
}

function stoodOf(attempts: History['attempts']): readonly Attempt[] {
  return attempts.filter(
    (attempt) => attempt.task === 'deploy' && attempt.succeededAt !== undefined && !wasLeft(attempt),
  );
}

/** The first successful release that had the file among its migrations; `attempts` newest first. */
export function releaseThatBrought(file: MigrationFile, attempts: History['attempts']): Attempt | undefined {
  return stoodOf(attempts).findLast(
    ({ payload }) => payload.kind === 'deploy' && payload.migrations.some(({ path }) => path === file.path),
  );
}

function isRetired({ happened }: Attempt): boolean {
  return happened.some(
    ({ entry }) => entry.kind === 'ended' && (entry.how === 'retired' || entry.how === 'superseded'),
  );
}

function until(instant: number, now: number): string {
  return now >= instant ? '' : `it is due at ${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
