// What a report is made from, and the pages that can be made of it: the contract between this room and the shell.
import type { DeploymentFact, RecordFact } from '../evidence/fact.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import type { LineSuggestion, Table } from '../record/outcome.ts';

/** Everything the report of a pull request (or of a run without one: `pull` undefined) is made from. */
export interface ReportSource {
  readonly pull: number | undefined;
  readonly repository: { readonly owner: string; readonly name: string };
  /** Without a slash at the end, e.g. `https://github.com`: links lead only there, and to the repository. */
  readonly serverUrl: string;
  readonly records: readonly RecordFact[];
  readonly deployments: readonly DeploymentFact[];
  readonly now: number;
  /** Further addresses that links may lead to: those the policy itself names (an environment's URL, a wiki). */
  readonly links?: readonly string[];
}

/** The pages; `vocabulary` gathers them for shell. */
export interface Pages {
  /** The whole living comment, marker first. */
  readonly comment: (source: ReportSource) => string;
  /** The one line that the other pull requests of a range get, marker first; `url` is the living comment's. */
  readonly pointer: (source: ReportSource, url: string) => string;
  /** The first line of a comment of ours: `<!-- boring-deploys v1 owner/repo#482 -->`. */
  readonly marker: (repository: ReportSource['repository'], pull: number) => string;
  readonly summary: (evidence: Evidence, source: ReportSource) => string;
  /** The job summary of a look that leaves no evidence; `links`: addresses its links may lead to. */
  readonly table: (table: Table, links: readonly string[]) => string;
  readonly check: (evidence: Evidence) => { readonly title: string; readonly summary: string };
  /** A review comment with its `suggestion` block. */
  readonly suggestion: (suggestion: LineSuggestion) => string;
  /** A phrase as escaped Markdown, for one new comment that notifies; `links`: addresses its links may lead to (without any, links are text). */
  readonly note: (phrase: Phrase, links?: readonly string[]) => string;
}
