// How long a migration and its locks may take, and which of its figures went over.
import { formatDuration } from '../kit/duration.ts';

export interface Limits {
  /** Longest duration of the run, longest wait of a victim, and how long we wait for a lock ourselves; all ms. */
  readonly durationMs: number;
  readonly lockMs: number;
  readonly lockTimeoutMs: number;
}

/** Duration 5 min and lock 10 s: the processes' own limits; 2 s of waiting for a lock, so that nobody queues behind us for long. */
export const defaultLimits: Limits = { durationMs: 300_000, lockMs: 10_000, lockTimeoutMs: 2_000 };

export interface Figures {
  readonly durationMs: number;
  /** Undefined when a tool did not tell. */
  readonly rows: number | undefined;
  readonly lockMs: number;
  readonly blockedMs: number;
}

/** Durations and rows add up; of locks and waits the longest counts. */
export function totalOf(steps: readonly Figures[]): Figures {
  return steps.reduce<Figures>(
    (sum, step) => ({
      durationMs: sum.durationMs + step.durationMs,
      rows: sum.rows === undefined || step.rows === undefined ? undefined : sum.rows + step.rows,
      lockMs: Math.max(sum.lockMs, step.lockMs),
      blockedMs: Math.max(sum.blockedMs, step.blockedMs),
    }),
    { durationMs: 0, rows: 0, lockMs: 0, blockedMs: 0 },
  );
}

/** What went over its limit, as sentences; a figure at its limit is within it. */
export function overBudget(figures: Figures, limits: Limits): readonly string[] {
  const over = (name: string, value: number, limit: number) =>
    value > limit ? [`${name} ${formatDuration(value)}, at most ${formatDuration(limit)} is allowed`] : [];
  return [
    ...over('the migration took', figures.durationMs, limits.durationMs),
    ...over('a session waited for us', figures.blockedMs, limits.lockMs),
  ];
}
