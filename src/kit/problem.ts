// A fault the user can fix: what happened, where, and how to fix it. Shell shows it without a stack.

/** A place in a file of the repository; line and column count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** One thing that is wrong, whole in itself, and the place that GitHub can mark; undefined where it lies in no file of the repository. */
export interface FaultMark {
  readonly message: string;
  readonly place: FilePlace | undefined;
}

export interface ProblemParts {
  readonly what: string;
  /** Input, file:line:column or URL; empty when there is no place. */
  readonly where: string;
  readonly fix: string;
  /** Stable code for the output `reason`. */
  readonly reason: string;
  /** The faults one by one, where the problem lies in files: each is marked on its line. */
  readonly marks?: readonly FaultMark[];
}

/** Thrown by io and procedures for what the reader can mend; anything else that is thrown counts as a fault of ours. */
export class Problem extends Error {
  readonly parts: ProblemParts;

  constructor(parts: ProblemParts) {
    super(`${parts.what}${parts.where === '' ? '' : ` (${parts.where})`}. ${parts.fix}`);
    this.name = 'Problem';
    this.parts = parts;
  }
}
