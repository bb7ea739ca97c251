// What the watchdog did, in words, and the longest of what was seen.
import type { Failure } from './failure.ts';
import type { Cancelled } from './sampler.ts';

/** What the watchdog cancelled is told in its words. */
export function barked<Told extends Omit<Failure, 'code'>>(failure: Told, cancelled: Cancelled | undefined): Told {
  if (cancelled === undefined) return failure;
  return {
    ...failure,
    reason: cancelled.reason,
    what: `It was cancelled: ${cancelled.what}`,
    fix: 'Run it at a quieter time, make it smaller (batches, CONCURRENTLY, NOT VALID), or raise migrations.limits.',
  };
}

/** The longest hold, of those that a sample saw and those that the runner saw itself. */
export function longestOf(locks: readonly { readonly heldMs: number }[], sampled: number): number {
  return Math.max(sampled, ...locks.map(({ heldMs }) => heldMs));
}
