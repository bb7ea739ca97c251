// A fault the user can fix: what happened, where, and how to fix it. Shell shows it without a stack.

export interface ProblemParts {
  readonly what: string;
  /** Input, file:line:column or URL; empty when there is no place. */
  readonly where: string;
  readonly fix: string;
  /** Stable code for the output `reason`. */
  readonly reason: string;
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
