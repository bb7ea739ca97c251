// Our records that speak of the very content the gate judges: on the commit itself, or on a pull request's head with the identical tree.
import type { Answers, Unknown } from '../evidence/answer.ts';
import type { PullFact } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import type { Evidence } from '../record/evidence.ts';
import { readRecord } from '../record/keep.ts';
import type { Range } from './range.ts';

export interface KinRecord {
  readonly evidence: Evidence;
  readonly url: string;
}

export interface Kin {
  /** Newest first. */
  readonly records: readonly KinRecord[];
  readonly unread: readonly Unknown[];
}

/** Asks for the records of the commit, and of the newest pull request's head once that is known to have the identical tree. */
export function asksKin(range: Range, answers: Answers): readonly Question[] {
  const pull = mergedHead(range);
  return [
    { kind: 'records', sha: range.sha },
    ...(pull === undefined ? [] : [{ kind: 'commit', sha: pull.headSha } as const]),
    ...twinShas(range, answers).map((sha) => ({ kind: 'records', sha }) as const),
  ];
}

/** The records found. One whose tree differs from the judged one is left out, wherever it stands. */
export function kinOf(range: Range, answers: Answers): Kin {
  const told = [range.sha, ...twinShas(range, answers)].map((sha) => answers.of({ kind: 'records', sha }));
  const facts = told.flatMap((answer) => (answer.kind === 'known' ? answer.value : []));
  const read = facts.flatMap((fact) => {
    const evidence = readRecord(fact);
    return evidence === undefined ? [] : [{ evidence, url: fact.url }];
  });
  return {
    records: read
      .filter(({ evidence }) => evidence.tree === range.tree && range.tree !== '')
      .sort((a, b) => b.evidence.at - a.evidence.at),
    unread: told.flatMap((answer) => (answer.kind === 'unknown' ? [answer] : [])),
  };
}

/** Commits other than the judged one that hold the identical tree: evidence about content found there is evidence here. */
export function twinShas(range: Range, answers: Answers): readonly string[] {
  const pull = mergedHead(range);
  const head = pull === undefined ? undefined : answers.value({ kind: 'commit', sha: pull.headSha });
  return head !== undefined && range.tree !== '' && head.tree === range.tree ? [head.sha] : [];
}

function mergedHead(range: Range): PullFact | undefined {
  const newest = range.pulls[0];
  return newest === undefined || newest.headSha === range.sha ? undefined : newest;
}
