// The port of the issues that hygiene keeps: one a chore, found again by its key, updated and closed. io/github serves it.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { Phrase } from '../kit/phrase.ts';

/** An issue of ours that is open. */
export interface KeptIssue {
  readonly key: string;
  readonly number: number;
  readonly url: string;
}

export interface WantedIssue {
  readonly key: string;
  readonly title: string;
  /** Each a paragraph. */
  readonly lines: readonly Phrase[];
}

export interface IssueDesk {
  /** Our open issues with this label; unknown when they cannot be read. */
  readonly open: (label: string) => Promise<Known<readonly KeptIssue[]> | Unknown>;
  /** Opens the issue of this key, or rewrites the open one where its text differs. A refusal is told, with the permission it takes. */
  readonly keep: (
    label: string,
    wanted: WantedIssue,
  ) => Promise<{
    readonly how: 'opened' | 'updated' | 'unchanged' | 'refused';
    readonly url: string;
    readonly because: string;
  }>;
  /** Closes it with a word why. */
  readonly close: (
    issue: KeptIssue,
    why: Phrase,
  ) => Promise<{ readonly how: 'closed' | 'refused'; readonly because: string }>;
}
