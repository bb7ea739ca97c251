// Our records that speak of the very content the gate judges: on the commit itself, or on a pull request's head with the identical tree.
import type { Answers, Unknown } from '../evidence/answer.ts';
import type { PullFact, Seal } from '../evidence/fact.ts';
import type { Question } from '../evidence/question.ts';
import type { Evidence } from '../record/evidence.ts';
import { readRecord } from '../record/keep.ts';
import { isBelieved, sealRemedy, sealWords } from '../record/seal.ts';
import { type Found, unknownFinding } from './finding.ts';
import type { Range } from './range.ts';

export interface KinRecord {
  readonly evidence: Evidence;
  readonly url: string;
  /** What its signature said; absent where no key was given. */
  readonly seal?: Seal;
}

export interface Kin {
  /** Newest first. */
  readonly records: readonly KinRecord[];
  readonly unread: readonly Unknown[];
  /** Those that lack the signature a given key demands, newest first: they prove nothing. */
  readonly unsigned: readonly KinRecord[];
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
    const seal = fact.seal === undefined ? {} : { seal: fact.seal };
    return evidence === undefined ? [] : [{ evidence, url: fact.url, ...seal }];
  });
  const ours = read
    .filter(({ evidence }) => evidence.tree === range.tree && range.tree !== '')
    .sort((a, b) => b.evidence.at - a.evidence.at);
  return {
    records: ours.filter(({ seal }) => isBelieved(seal)),
    unsigned: ours.filter(({ seal }) => !isBelieved(seal)),
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

/** What is said of a record that would have answered, had it been signed. `todo`: how such a record comes about. */
export function unsignedRecord({ evidence, url, seal }: KinRecord, todo: string): Found {
  const where = { text: `${evidence.action} on ${evidence.environment}: ${evidence.verdict}`, href: url };
  return unknownFinding([where, `, ${sealWords(seal)}`], `${todo}; ${sealRemedy}`, 'owner of the workflows');
}
