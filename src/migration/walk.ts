// Walks over migration files one by one, forwards or back, and stops at the first that fails or when the job is cancelled.
import type { AppliedFact, MigrationFileText, MigrationStep } from '../evidence/migration.ts';
import { Problem } from '../kit/problem.ts';

export type Done = Extract<MigrationStep, { kind: 'done' }>;
export type Failed = Extract<MigrationStep, { kind: 'failed' }>;

export interface Walked {
  readonly done: readonly Done[];
  readonly failed: Failed | undefined;
  /** The job was cancelled before all files had their turn. */
  readonly cancelled: boolean;
}

/** One step a file, in the order given. A Problem of the database itself (connection, lock) ends the walk as a failed step. */
export async function walk<File extends MigrationFileText>(
  files: readonly File[],
  step: (file: File) => Promise<MigrationStep>,
  signal: { readonly aborted: boolean },
): Promise<Walked> {
  const done: Done[] = [];
  for (const file of files) {
    if (signal.aborted) return { done, failed: undefined, cancelled: true };
    const made = await step(file).catch((error: unknown) => brokenStep(file, error));
    if (made.kind === 'failed') return { done, failed: made, cancelled: signal.aborted };
    done.push(made);
  }
  return { done, failed: undefined, cancelled: false };
}

/** Ids of the set that the history table has: what is really there, whatever the walk believes. */
export function appliedOf(
  files: readonly { readonly id: string }[],
  history: readonly AppliedFact[],
): readonly string[] {
  const there = new Set(history.map(({ id }) => id));
  return files.map(({ id }) => id).filter((id) => there.has(id));
}

function brokenStep(file: MigrationFileText, error: unknown): MigrationStep {
  if (!(error instanceof Problem)) throw error;
  return { kind: 'failed', id: file.id, ...error.parts, durationMs: 0, left: 'unknown' };
}
