// The walk over a range of commits: which pull request brought each of them, and which came without any.
import { type Answers, type Unknown, unknown } from '../evidence/answer.ts';
import type { CommitFact, Comparison, PullFact } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import { short } from './words.ts';

export interface Walk {
  readonly asks: readonly Question[];
  /** Pull requests that brought the commits, newest first. */
  readonly pulls: readonly PullFact[];
  /** By pull request the commits it brought, newest first. */
  readonly brought: ReadonlyMap<number, readonly CommitFact[]>;
  /** Commits that nobody's pull request brought: they count as unreviewed. */
  readonly strays: readonly CommitFact[];
  readonly unread: readonly Unknown[];
}

/** Walks from `head` through the commits of the range. What a pull request's merge commit merged is not walked again when it is that
 * pull request's very head: it was reviewed as a whole. Everything else is asked commit by commit, so that no commit slips in behind
 * a second parent. `brought` says whether a pull request that GitHub names for a commit counts as having brought it. */
export function walkRange(
  range: Pick<Comparison, 'commits' | 'head'>,
  answers: Answers,
  brought: (pull: PullFact) => boolean,
): Walk {
  const commits = new Map(range.commits.map((commit) => [commit.sha, commit]));
  const seen = new Set<string>();
  const asks: Question[] = [];
  const pulls = new Map<number, PullFact>();
  const commitsOf = new Map<number, readonly CommitFact[]>();
  const strays: CommitFact[] = [];
  const unread: Unknown[] = [];
  const ahead = [range.head];
  for (let sha = ahead.pop(); sha !== undefined; sha = ahead.pop()) {
    const commit = commits.get(sha);
    if (commit === undefined || seen.has(sha)) continue;
    seen.add(sha);
    const question = { kind: 'pulls-of', sha } as const;
    asks.push(question);
    const answer = answers.find(question);
    if (answer === undefined) {
      // While there are rounds left it is asked next; after the last one nobody knows.
      unread.push(unasked(sha));
      ahead.push(...commit.parents.slice(0, 1));
      continue;
    }
    const pull = answer.kind === 'known' ? answer.value.find(brought) : undefined;
    if (answer.kind === 'unknown') unread.push(answer);
    else if (pull === undefined) strays.push(commit);
    else {
      pulls.set(pull.number, pull);
      commitsOf.set(pull.number, [...(commitsOf.get(pull.number) ?? []), commit]);
    }
    ahead.push(...(isMergeOf(commit, pull) ? commit.parents.slice(0, 1) : commit.parents));
  }
  return { asks, pulls: newestFirst([...pulls.values()]), brought: commitsOf, strays, unread };
}

/** Pull requests by the time of their merge, the newest first; those not merged yet in front, by number. */
export function newestFirst(pulls: readonly PullFact[]): readonly PullFact[] {
  const when = (pull: PullFact) => pull.mergedAt ?? Number.MAX_SAFE_INTEGER;
  return [...pulls].sort((a, b) => when(b) - when(a) || b.number - a.number);
}

function unasked(sha: string): Unknown {
  return unknown(
    `which pull request brought ${short(sha)} was not asked: its merges are nested too deep`,
    'deploy an earlier commit first, then this one',
  );
}

function isMergeOf(commit: CommitFact, pull: PullFact | undefined): boolean {
  return pull !== undefined && commit.parents.length === 2 && commit.parents[1] === pull.headSha;
}
