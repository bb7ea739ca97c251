// The deploy window: whether the policy lets a deployment begin at this hour, and when it opens next.
import { type Answers, type Known, known, type Unknown } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import { localTime, weekdayOf } from '../../policy/local-time.ts';
import type { Windows } from '../../policy/parts.ts';
import { gradeOf, opensNext } from '../../policy/window.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notApplicable, pass, waiting } from '../finding.ts';
import { asksReviews, boundSha, signOffs, verdictsOf } from '../review.ts';
import { asksRole, holdersOf } from '../role.ts';
import * as worded from './words/deploy-window.ts';

/** `deploy-window`: asked at the deploy moment of every policy that has windows. A time the policy denies waits for the next one it allows,
 * unless somebody of the role that `except:` names for this type has approved the change or signed `/signoff deploy-window`. */
export const deployWindow: Criterion = {
  ...worded.deployWindow,
  asks: (context, answers) => {
    const { windows } = context.policy;
    return windows === undefined || isOpenAt(windows, context.plannedStart) ? [] : asksException(context, answers);
  },
  finds: (context, answers) => {
    const { windows } = context.policy;
    if (windows === undefined) return notApplicable('the policy has no windows');
    const { grade, because } = gradeOf(windows, context.plannedStart);
    if (grade !== 'denied') return pass(`${localWords(context.plannedStart, windows)}: ${grade}, ${because}`);
    const person = exceptedBy(context, answers);
    if (person.kind === 'known' && person.value !== undefined) {
      return pass(`closed (${because}); let through for type ${context.change.type.name} by ${person.value}`);
    }
    return closed(windows, context.plannedStart, because);
  },
};

function isOpenAt(windows: Windows, at: number): boolean {
  return gradeOf(windows, at).grade !== 'denied';
}

function closed(windows: Windows, at: number, because: string): Found {
  const next = opensNext(windows, at);
  const evidence = `${localWords(at, windows)}: closed, ${because}`;
  if (next === undefined) return fail(`${evidence}; no window opens within a year`, 'correct `windows:` in the policy');
  return waiting('time', evidence, `run the gate again when the window opens: ${localWords(next, windows)}`, '');
}

function asksException(context: Context, answers: Answers): readonly Question[] {
  const newest = context.change.pulls[0];
  const roles = exceptionRoles(context);
  if (newest === undefined || roles.length === 0) return [];
  return [...asksReviews(newest, answers), ...roles.flatMap((role) => asksRole(role, context, answers))];
}

function exceptedBy(context: Context, answers: Answers): Known<string | undefined> | Unknown {
  const newest = context.change.pulls[0];
  if (newest === undefined) return known(undefined);
  const sha = boundSha(newest, context.change);
  const verdicts = verdictsOf(newest, sha, answers);
  const signed = signOffs(deployWindow.id, { pull: newest, sha, anyHead: false }, answers);
  if (verdicts.kind === 'unknown') return verdicts;
  if (signed.kind === 'unknown') return signed;
  const people = [...verdicts.value.approvals, ...signed.value].map(({ author }) => author.login);
  for (const role of exceptionRoles(context)) {
    const holders = holdersOf(role, context, answers);
    const person =
      holders.kind === 'known' ? people.find((login) => holders.value.has(login.toLowerCase())) : undefined;
    if (person !== undefined) return known(person);
  }
  return known(undefined);
}

function exceptionRoles({ policy, change }: Context): readonly string[] {
  const rows = policy.windows?.except ?? [];
  return rows.filter(({ type }) => type === change.type.name).map(({ by }) => by);
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** `Tue 2026-11-17 10:00 (Europe/Berlin)` */
function localWords(at: number, windows: Windows): string {
  const { date, minutes } = localTime(at, windows.timezone);
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${dayNames[weekdayOf(date)] ?? ''} ${date} ${clock} (${windows.timezone})`;
}
