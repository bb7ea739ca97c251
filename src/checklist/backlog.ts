// What waits on the default branch already: the change that goes out together with a pull request when it is merged.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import { anyMatches } from '../kit/glob.ts';
import type { Effective } from '../policy/effective.ts';
import { tierOf } from '../policy/tier.ts';
import { type Change, changedPaths } from './change.ts';
import { walkRange } from './walk.ts';
import { counted } from './words.ts';

/** Beyond this many commits their pull requests are not looked up: one call each is too much for one line of a report. */
const mostCommits = 30;

const branch: QuestionOf<'default-branch'> = { kind: 'default-branch' };

/** Asks what lies between what runs and the head of the default branch; only for a pull request, and only when it is known what runs. */
export function asksBacklog(change: Change, answers: Answers): readonly Question[] {
  if (change.kind !== 'pull' || change.predecessor === undefined) return [];
  const between = comparisonOf(change, answers);
  return [branch, ...(between === undefined ? [] : [between]), ...(walked(change, answers)?.asks ?? [])];
}

/** `on main and not yet deployed: 3 pull requests, tier high`; empty when nothing waits or nobody could tell. */
export function backlogOf(change: Change, policy: Effective, answers: Answers): string {
  const between = comparisonOf(change, answers);
  const told = between === undefined ? undefined : answers.value(between);
  if (told === undefined || told.status !== 'ahead') return '';
  const files = told.files.filter(({ path }) => anyMatches(policy.unit.paths, path));
  const facts = files.flatMap(changedPaths);
  const predecessor = told.complete ? 'known' : 'unknown';
  const { tier } = tierOf({ files: facts, labels: [], migration: 'none', predecessor }, policy);
  const walk = walked(change, answers);
  const size =
    walk === undefined
      ? counted(told.commits.length, 'commit', 'commits')
      : counted(walk.pulls.length, 'pull request', 'pull requests');
  return `on ${answers.value(branch)?.name ?? 'the default branch'} and not yet deployed: ${size}, tier ${tier} by its files`;
}

function comparisonOf(change: Change, answers: Answers): QuestionOf<'comparison'> | undefined {
  const head = answers.value(branch);
  const base = change.predecessor?.sha;
  if (head === undefined || base === undefined || head.sha === base) return undefined;
  return { kind: 'comparison', base, head: head.sha };
}

function walked(change: Change, answers: Answers) {
  const between = comparisonOf(change, answers);
  const told = between === undefined ? undefined : answers.value(between);
  if (told === undefined || told.commits.length > mostCommits) return undefined;
  return walkRange(told, answers, ({ mergedAt }) => mergedAt !== undefined);
}
