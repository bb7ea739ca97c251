// Lead time for changes: from a commit to the success of the deployment that brought it, over the commits between two deployments.
import type { Answers } from '../evidence/answer.ts';
import type { QuestionOf } from '../evidence/question.ts';
import type { LeadPair } from './delivery.ts';
import { type Spread, spreadOf } from './spread.ts';

/** So many pairs of deployments are compared, the newest: one question each (ours). */
export const mostPairs = 40;

export interface LeadTime {
  readonly spread: Spread;
  /** Pairs that tell nothing: more than are asked, histories that diverged, comparisons that GitHub did not tell whole or at all. */
  readonly skipped: {
    readonly bound: number;
    readonly diverged: number;
    readonly unread: number;
    readonly cut: number;
  };
  /** Commits dated after the deployment that brought them: a clock that is wrong, or a date that was set. */
  readonly negative: number;
}

/** One comparison for each of the newest pairs. */
export function asksLeadTime(pairs: readonly LeadPair[]): readonly QuestionOf<'comparison'>[] {
  return pairs.slice(0, mostPairs).map(comparisonOf);
}

/** Lead time per commit: success of the deployment minus the committer's date (a rebase sets that anew), ms. */
export function leadTimeOf(pairs: readonly LeadPair[], answers: Answers): LeadTime {
  const asked = pairs.slice(0, mostPairs);
  const skipped = { bound: pairs.length - asked.length, diverged: 0, unread: 0, cut: 0 };
  const spans: number[] = [];
  for (const pair of asked) {
    const told = answers.value(comparisonOf(pair));
    if (told === undefined) skipped.unread += 1;
    else if (told.status !== 'ahead') skipped.diverged += 1;
    else {
      if (!told.complete) skipped.cut += 1;
      spans.push(...told.commits.map(({ committedAt }) => pair.at - committedAt));
    }
  }
  const positive = spans.filter((ms) => ms > 0);
  return { spread: spreadOf(positive), skipped, negative: spans.length - positive.length };
}

function comparisonOf({ base, head }: LeadPair): QuestionOf<'comparison'> {
  return { kind: 'comparison', base, head };
}
