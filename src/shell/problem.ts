// Turns whatever was thrown into the one message a reader gets: a Problem without a stack, anything else with one.
import { type FaultMark, Problem } from '../kit/problem.ts';

export interface Told {
  readonly reason: string;
  readonly message: string;
  /** Only for faults of ours. */
  readonly stack: string;
  /** What the run's errors say, and the lines they mark. */
  readonly errors: readonly FaultMark[];
}

/** GitHub shows ten errors of a step. */
const mostErrors = 10;

/** Reads an error of any kind. A Problem is the user's to mend; the rest is ours and says so. */
export function tell(error: unknown): Told {
  if (error instanceof Problem) {
    const { reason, marks = [] } = error.parts;
    return { reason, message: error.message, stack: '', errors: errorsOf(error.message, marks) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const said = `A fault in boring-deploys: ${message}. Please report it with the log of this step; nothing more was done.`;
  return { reason: 'fault', message: said, stack, errors: [{ message: said, place: undefined }] };
}

/** One error a fault, for each is marked on its own line; what GitHub would not show is counted in the last. */
function errorsOf(message: string, marks: readonly FaultMark[]): readonly FaultMark[] {
  if (marks.length < 2) return [{ message, place: marks[0]?.place }];
  const more = marks.length - mostErrors;
  return marks.slice(0, mostErrors).map((mark, index) => ({
    ...mark,
    message:
      more > 0 && index === mostErrors - 1
        ? `${mark.message} (${more} more in the log and the summary of this step)`
        : mark.message,
  }));
}
