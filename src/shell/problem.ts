// Turns whatever was thrown into the one message a reader gets: a Problem without a stack, anything else with one.
import { type FaultMark, Problem } from '../kit/problem.ts';

export interface Told {
  readonly reason: string;
  readonly message: string;
  /** Only for faults of ours. */
  readonly stack: string;
  /** The line that the message is about. */
  readonly place: FaultMark['place'];
  /** Where a file has several faults: those after the first, each for its own line. */
  readonly others: readonly FaultMark[];
}

/** GitHub shows ten warnings of a step. */
const mostOthers = 10;

/** Reads an error of any kind. A Problem is the user's to mend; the rest is ours and says so. */
export function tell(error: unknown): Told {
  if (error instanceof Problem) {
    const { reason, marks = [] } = error.parts;
    return { reason, message: error.message, stack: '', place: marks[0]?.place, others: othersOf(marks.slice(1)) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const said = `A fault in boring-deploys: ${message}. Please report it with the log of this step; nothing more was done.`;
  return { reason: 'fault', message: said, stack, place: undefined, others: [] };
}

/** The one error lists every fault; what GitHub would not show beside it is counted in the last. */
function othersOf(marks: readonly FaultMark[]): readonly FaultMark[] {
  const more = marks.length - mostOthers;
  return marks.slice(0, mostOthers).map((mark, index) => ({
    ...mark,
    message:
      more > 0 && index === mostOthers - 1 ? `${mark.message} (${more} more in the error of this step)` : mark.message,
  }));
}
