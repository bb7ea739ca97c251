// What a gate judges, as facts: the commits, files and pull requests between what runs and this commit, or of one pull request.
import { type Answer, type Answers, type Unknown, unknown } from '../evidence/answer.ts';
import type { ChangedFile, CommitFact, Comparison, PullFact } from '../evidence/fact.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Unit } from '../policy/parts.ts';
import { type Attempt, emptyHistory, forwards, type History, readHistory } from '../record/history.ts';
import { predecessorOf } from '../record/running.ts';
import type { Moment } from './moment.ts';
import { concerns, filesOfUnit, isWhole } from './unit.ts';
import { newestFirst, type Walk, walkRange } from './walk.ts';

/** Which change is meant. `base` is a merge group's. */
export interface Scope {
  readonly moment: Moment;
  readonly sha: string;
  readonly environment: string;
  readonly unit: Unit;
  readonly pull?: number;
  readonly base?: string;
  /** The pull request that a merge queue's branch is named after: GitHub does not name its commits as the pull request's yet. */
  readonly queued?: number;
}

/** How the commit stands to what ran before it; a pull request and a merge group are always `ahead` of their base. */
export type Relation = 'first' | 'ahead' | 'identical' | 'behind' | 'diverged' | 'unread';

export interface Range {
  readonly kind: 'pull' | 'group' | 'range';
  readonly relation: Relation;
  /** Where the range begins; empty when nothing ran before. */
  readonly base: string;
  readonly sha: string;
  /** Empty when the commit could not be read. */
  readonly tree: string;
  /** Files of the unit alone. */
  readonly files: readonly ChangedFile[];
  /** False when there may be more files than these: then no `only-paths` holds. */
  readonly complete: boolean;
  /** Files of the whole range, the unit's or not. */
  readonly fileCount: number;
  /** Pull requests with a file of the unit, newest first. */
  readonly pulls: readonly PullFact[];
  /** By pull request the commits it brought, newest first; empty where the commits were not walked. */
  readonly brought: ReadonlyMap<number, readonly CommitFact[]>;
  /** Commits without a pull request, with a file of the unit. */
  readonly strays: readonly CommitFact[];
  readonly url: string;
  readonly history: History;
  /** The newest successful Deployment before this one. */
  readonly predecessor: Attempt | undefined;
  /** What could not be read of the change itself. */
  readonly unread: readonly Unknown[];
}

/** The questions about the change, as far as the answers allow to ask them. */
export function asksRange(scope: Scope, answers: Answers): readonly Question[] {
  const first: readonly Question[] = [
    { kind: 'commit', sha: scope.sha },
    { kind: 'deployments', environment: scope.environment },
  ];
  if (scope.pull !== undefined) return [...first, pullOf(scope.pull), filesOf(scope.pull)];
  const { comparison, relation } = standing(scope, answers);
  const walked = walk(scope, comparison, answers);
  return [
    ...first,
    ...(comparison === undefined ? [] : [comparison]),
    ...walked.asks,
    ...(relation === 'first' ? [pullsOf(scope.sha)] : []),
    ...named(scope, relation, answers).map(pullOf),
    ...asksUnit(scope, walked),
    ...(relation === 'first' ? firstPulls(scope, answers).map(({ number }) => filesOf(number)) : []),
  ];
}

/** The change as far as it was told; what was not told stands in `unread`. */
export function rangeOf(scope: Scope, answers: Answers): Range {
  const commit = answers.of({ kind: 'commit', sha: scope.sha });
  const history = historyOf(scope, answers);
  const shared = {
    sha: scope.sha,
    tree: commit.kind === 'known' ? commit.value.tree : '',
    history,
    predecessor: predecessorOf(history),
  };
  const unread = commit.kind === 'unknown' ? [commit] : [];
  return scope.pull === undefined
    ? deployedRange(scope, answers, shared, unread)
    : pullRange(scope, scope.pull, answers, shared, unread);
}

type Shared = Pick<Range, 'sha' | 'tree' | 'history' | 'predecessor'>;

function pullRange(scope: Scope, number: number, answers: Answers, shared: Shared, unread: readonly Unknown[]): Range {
  const pull = answers.of(pullOf(number));
  const files = answers.of(filesOf(number));
  return {
    ...shared,
    kind: 'pull',
    relation: 'ahead',
    base: files.kind === 'known' ? files.value.mergeBase : '',
    ...filesOfUnit(scope.unit, files.kind === 'known' ? files.value : undefined),
    pulls: pull.kind === 'known' ? [pull.value] : [],
    brought: new Map(),
    strays: [],
    unread: [...unread, ...unknownsOf([pull, files]), ...movedOn(scope.sha, pull)],
  };
}

/** Whoever pushes while the gate looks would have the files of one commit judged and another one marked. */
function movedOn(sha: string, pull: Answer<'pull'>): readonly Unknown[] {
  if (pull.kind === 'unknown' || pull.value.headSha === sha) return [];
  const { number, headSha } = pull.value;
  return [unknown(`#${number} has moved on to ${headSha}`, 'look at the run of that commit: this one is history')];
}

function deployedRange(scope: Scope, answers: Answers, shared: Shared, unread: readonly Unknown[]): Range {
  const { comparison, relation } = standing(scope, answers);
  const told = comparison === undefined ? undefined : answers.of(comparison);
  const walked = walk(scope, comparison, answers);
  const again = named(scope, relation, answers).map((number) => answers.of(pullOf(number)));
  const first = relation === 'first' ? answers.of(pullsOf(scope.sha)) : undefined;
  const files = relation === 'first' ? firstFiles(scope, answers) : told?.kind === 'known' ? told.value : undefined;
  const deployments = answers.of({ kind: 'deployments', environment: scope.environment });
  const isOurs = (commit: CommitFact) => concerns(scope.unit, answers.of(patchOf(commit)));
  return {
    ...shared,
    kind: scope.base === undefined ? 'range' : 'group',
    relation,
    base: comparison?.base ?? '',
    ...filesOfUnit(scope.unit, files),
    // Of a first deployment only the newest pull request is known, never all files that go out with it; the commit that runs brings none.
    ...(relation === 'first' ? { complete: false } : relation === 'identical' ? { complete: true } : {}),
    pulls: newestFirst([
      ...walked.pulls.filter((pull) => broughtBy(pull, walked).some(isOurs)),
      ...again.flatMap((answer) => (answer.kind === 'known' ? [answer.value] : [])),
      ...firstPulls(scope, answers).filter(() => relation === 'first'),
    ]),
    brought: walked.brought,
    strays: scope.queued === undefined ? walked.strays.filter(isOurs) : [],
    unread: [
      ...unread,
      ...(scope.base === undefined ? unknownsOf([deployments]) : []),
      ...unknownsOf([...(told === undefined ? [] : [told]), ...again, ...(first === undefined ? [] : [first])]),
      ...walked.unread,
    ],
  };
}

interface Standing {
  readonly relation: Relation;
  readonly comparison: QuestionOf<'comparison'> | undefined;
  readonly predecessor: Attempt | undefined;
}

/** Where the range begins and how the commit stands to it, as far as it is known yet. */
function standing(scope: Scope, answers: Answers): Standing {
  const deployments = answers.find({ kind: 'deployments', environment: scope.environment });
  const predecessor = predecessorOf(historyOf(scope, answers));
  if (scope.base !== undefined) return { relation: 'ahead', comparison: between(scope.base, scope.sha), predecessor };
  if (deployments?.kind !== 'known') return { relation: 'unread', comparison: undefined, predecessor };
  if (predecessor === undefined) return { relation: 'first', comparison: undefined, predecessor };
  if (predecessor.sha === scope.sha) return { relation: 'identical', comparison: undefined, predecessor };
  const comparison = between(predecessor.sha, scope.sha);
  return { relation: answers.value(comparison)?.status ?? 'unread', comparison, predecessor };
}

function walk(scope: Scope, comparison: QuestionOf<'comparison'> | undefined, answers: Answers) {
  const told = comparison === undefined ? undefined : answers.value(comparison);
  // A merge group's pull requests are open still; for all others only a merge counts.
  const brought = (pull: PullFact) => scope.base !== undefined || pull.mergedAt !== undefined;
  const commits = told === undefined || told.status === 'behind' ? [] : told.commits;
  return walkRange({ commits, head: scope.sha }, answers, brought);
}

/** Pull requests known by number: the merge queue's, or those of the Deployment that brought the commit which runs already. */
function named(scope: Scope, relation: Relation, answers: Answers): readonly number[] {
  if (scope.queued !== undefined) return [scope.queued];
  const brought = relation === 'identical' ? bringer(historyOf(scope, answers), scope.sha) : undefined;
  return brought?.payload.kind === 'deploy' ? brought.payload.pulls : [];
}

/** The forward Deployment that brought the commit which runs, whatever rolled back to it since. */
export function bringerOf(range: Range): Attempt | undefined {
  return range.relation === 'identical' ? bringer(range.history, range.sha) : undefined;
}

function bringer(history: History, sha: string): Attempt | undefined {
  return forwards(history).find((attempt) => attempt.sha === sha && attempt.succeededAt !== undefined);
}

function firstPulls(scope: Scope, answers: Answers): readonly PullFact[] {
  const named = answers.value(pullsOf(scope.sha)) ?? [];
  return named.filter(({ mergedAt }) => mergedAt !== undefined).slice(0, 1);
}

function firstFiles(scope: Scope, answers: Answers): Comparison | undefined {
  const pull = firstPulls(scope, answers)[0];
  return pull === undefined ? undefined : answers.value(filesOf(pull.number));
}

function historyOf(scope: Scope, answers: Answers): History {
  const facts = answers.value({ kind: 'deployments', environment: scope.environment });
  return facts === undefined
    ? emptyHistory
    : readHistory(facts, { environment: scope.environment, unit: scope.unit.name ?? '' });
}

/** Only a unit that is a part of the repository needs to know whose files are whose. What a commit holds counts, not what its pull request says. */
function asksUnit(scope: Scope, walked: Walk): readonly Question[] {
  if (isWhole(scope.unit)) return [];
  return [...walked.pulls.flatMap((pull) => broughtBy(pull, walked)), ...walked.strays].map(patchOf);
}

function broughtBy({ number }: PullFact, walked: Walk): readonly CommitFact[] {
  return walked.brought.get(number) ?? [];
}

function unknownsOf(answers: readonly ({ readonly kind: 'known' } | Unknown)[]): readonly Unknown[] {
  return answers.flatMap((answer) => (answer.kind === 'unknown' ? [answer] : []));
}

function between(base: string, head: string): QuestionOf<'comparison'> {
  return { kind: 'comparison', base, head };
}

function patchOf(commit: CommitFact): QuestionOf<'comparison'> {
  return between(commit.parents[0] ?? commit.sha, commit.sha);
}

function pullOf(number: number): QuestionOf<'pull'> {
  return { kind: 'pull', number };
}

function filesOf(number: number): QuestionOf<'pull-files'> {
  return { kind: 'pull-files', number };
}

function pullsOf(sha: string): QuestionOf<'pulls-of'> {
  return { kind: 'pulls-of', sha };
}
