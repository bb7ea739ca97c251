// Turns whatever was thrown into the one message a reader gets: a Problem without a stack, anything else with one.
import { Problem } from '../kit/problem.ts';

export interface Told {
  readonly reason: string;
  readonly message: string;
  /** Only for faults of ours. */
  readonly stack: string;
}

/** Reads an error of any kind. A Problem is the user's to mend; the rest is ours and says so. */
export function tell(error: unknown): Told {
  if (error instanceof Problem) return { reason: error.parts.reason, message: error.message, stack: '' };
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return {
    reason: 'fault',
    message: `A fault in boring-deploys: ${message}. Please report it with the log of this step; nothing more was done.`,
    stack,
  };
}
