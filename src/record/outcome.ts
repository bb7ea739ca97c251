// How a procedure ended, as it hands it to shell.
import type { Phrase } from '../kit/phrase.ts';
import type { Announcing } from './announcing.ts';
import type { Evidence } from './evidence.ts';

/** How an action ended. Shell publishes it: outputs, check run, living comment, summary, exit code. */
export interface Outcome {
  readonly verdict: string;
  readonly reason: string;
  readonly exit: 0 | 1;
  readonly rollback: boolean;
  readonly sha: string;
  readonly version: string;
  readonly deploymentId: number | undefined;
  /** The action's own outputs beyond the shared ones. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What was found out: kept as a check run on `sha` and projected into the comments of its pulls. Absent: a look that changes nothing. */
  readonly evidence: Evidence | undefined;
  /** The whole machine-readable result, for the file behind output `result`. */
  readonly result: object;
  /** What, where and how to fix: the one `::error` line of exit 1. */
  readonly error: string;
  /** The line of a file of the repository that the error is about. */
  readonly place?: { readonly file: string; readonly line: number };
  /** Warnings on lines of files of the repository. */
  readonly annotations?: readonly { readonly message: string; readonly file: string; readonly line: number }[];
  /** Open findings on lines that the change touches: annotations of the check run that keeps the evidence. */
  readonly lineNotes?: readonly LineNote[];
  /** Lines that the change adds, as they would stand when mended: a review of the pull request that its author takes with a click. */
  readonly suggestions?: readonly LineSuggestion[];
  readonly warnings: readonly string[];
  /** Nothing may be written to GitHub: `dry-run: true`, or a fork. */
  readonly silent: boolean;
  /** What people are told on the channels of the policy, after everything is recorded. */
  readonly announcements?: readonly Announcing[];
  /** What the job summary shows of a look that leaves no evidence. */
  readonly table?: Table;
}

/** What is to be said at a line, or several, of a file at the judged commit. */
export interface LineNote {
  readonly path: string;
  readonly line: number;
  readonly to: number;
  readonly title: string;
  readonly message: string;
  readonly level: 'failure' | 'warning';
}

/** Lines of a file at the judged commit, and what would stand in their place. */
export interface LineSuggestion {
  readonly path: string;
  readonly line: number;
  readonly to: number;
  readonly title: string;
  readonly message: string;
  readonly text: string;
}

/** A titled table as data; only the report room makes Markdown of it. */
export interface Table {
  readonly title: string;
  readonly sentence: Phrase;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Phrase[])[];
}
