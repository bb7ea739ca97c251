// What a merge brought to the branch, held against what was reviewed: a merge by hand can hold more than its pull request.
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { ChangedFile, CommitFact, PullFact } from '../evidence/fact.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Change } from './change.ts';
import { type Found, fail, notTold } from './finding.ts';
import { listed, short } from './words.ts';

type Of = Pick<Change, 'kind' | 'brought'>;

interface Merge {
  /** What the branch held before the pull request came. */
  readonly before: string;
  readonly after: CommitFact;
}

/** Asks for the pull request's last head and, unless its tree is the merged one, for both patches onto the same commit. */
export function asksPatch(pull: PullFact, change: Of, answers: Answers): readonly Question[] {
  const merge = mergeOf(pull, change);
  if (merge === undefined) return [];
  const head = answers.value(headOf(pull));
  const settled = head === undefined || head.tree === merge.after.tree;
  return [headOf(pull), ...(settled ? [] : [reviewedPatch(pull, merge), mergedPatch(merge)])];
}

/** Why reviews of this pull request say nothing about what was merged; undefined while they do: nothing merged yet, or the same patch. */
export function notAsReviewed(pull: PullFact, change: Of, answers: Answers): Found | undefined {
  const merge = mergeOf(pull, change);
  if (merge === undefined) return undefined;
  const told = otherFiles(pull, merge, answers);
  const here = { text: `#${pull.number}`, href: pull.url };
  if (told.kind === 'unknown') return notTold(told);
  if (told.value.length === 0) return undefined;
  return fail(
    [here, `: ${short(merge.after.sha)} is not what was reviewed: ${listed(told.value, 3)}`],
    'bring the difference by a reviewed pull request of its own, or revert the commit',
    'author',
  );
}

/** The commits of one pull request on the branch: from the first parent of the oldest to the newest. */
function mergeOf(pull: PullFact, { kind, brought }: Of): Merge | undefined {
  const commits = kind === 'range' ? (brought.get(pull.number) ?? []) : [];
  const after = commits.find(({ sha }) => sha === pull.mergeSha) ?? commits[0];
  if (after === undefined) return undefined;
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  let before = after.parents[0] ?? '';
  for (let earlier = bySha.get(before); earlier !== undefined; earlier = bySha.get(before)) {
    before = earlier.parents[0] ?? '';
  }
  return { before, after };
}

function otherFiles(pull: PullFact, merge: Merge, answers: Answers): Known<readonly string[]> | Unknown {
  const head = answers.of(headOf(pull));
  if (head.kind === 'unknown') return head;
  if (head.value.tree === merge.after.tree) return known([]);
  const reviewed = answers.of(reviewedPatch(pull, merge));
  const merged = answers.of(mergedPatch(merge));
  if (reviewed.kind === 'unknown') return reviewed;
  if (merged.kind === 'unknown') return merged;
  if (!reviewed.value.complete || !merged.value.complete) {
    return unknown(`not all files of #${pull.number} are known`, 'bring so large a change by smaller pull requests');
  }
  return known(differing(reviewed.value.files, merged.value.files));
}

/** Paths that only one of the two changes, or that they change otherwise. */
function differing(reviewed: readonly ChangedFile[], merged: readonly ChangedFile[]): readonly string[] {
  const before = new Map(reviewed.map((file) => [file.path, file]));
  const after = new Map(merged.map((file) => [file.path, file]));
  const paths = [...new Set([...after.keys(), ...before.keys()])];
  return paths.filter((path) => !isSame(before.get(path), after.get(path)));
}

function isSame(a: ChangedFile | undefined, b: ChangedFile | undefined): boolean {
  if (a === undefined || b === undefined || a.previous !== b.previous) return false;
  if (a.content !== undefined && a.content === b.content) return true;
  return a.lines !== undefined && a.lines === b.lines;
}

function headOf({ headSha }: PullFact): QuestionOf<'commit'> {
  return { kind: 'commit', sha: headSha };
}

function reviewedPatch({ headSha }: PullFact, { before }: Merge): QuestionOf<'comparison'> {
  return { kind: 'comparison', base: before, head: headSha };
}

function mergedPatch({ before, after }: Merge): QuestionOf<'comparison'> {
  return { kind: 'comparison', base: before, head: after.sha };
}
