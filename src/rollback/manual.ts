// The reasons that people may give for a rollback: who may give each, how severe it is, and how soon it asks to be decided (POLICY A17).

import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Effective } from '../policy/effective.ts';
import type { Decision } from './situation.ts';
import { askHolders, membersOf } from './word.ts';

type Manual = Effective['rollback']['manual'][number];

export interface Given {
  /** The input `reason`: an id of `rollback.manual`, or a person's own words, with or without an id in front. */
  readonly reason: string;
  readonly severity: string;
}

/** The reason of the policy that a person gave: the id alone, or in front of a colon. */
export function manualReason({ rollback }: Effective, { reason }: Given): Manual | undefined {
  const id = reason.split(':')[0]?.trim().toLowerCase() ?? '';
  return rollback.manual.find((one) => one.id.toLowerCase() === id);
}

/** The severity of a rollback: the input's, else that of the reason. Empty where nobody said. */
export function severityOf(policy: Effective, given: Given): string {
  return given.severity === '' ? (manualReason(policy, given)?.severity ?? '') : given.severity;
}

/** Asks who holds the roles that may give the reason. */
export function asksManual(policy: Effective, given: Given): readonly Question[] {
  const reason = manualReason(policy, given);
  return reason === undefined || reason.by.length === 0 ? [] : askHolders(holdersOf(reason, policy), policy);
}

export interface Presser {
  readonly policy: Effective;
  readonly given: Given;
  readonly byPerson: boolean;
  readonly login: string;
  readonly answers: Answers;
  /** Milliseconds from the press to now; undefined where nobody knows. */
  readonly sinceMs: number | undefined;
}

/** The decision as the reason lets it stand: refused where the policy gives that reason to others. Roles that cannot be read stop nothing. */
export function withReason(decision: Decision, presser: Presser): Decision {
  const { policy, given, byPerson, login, answers, sinceMs } = presser;
  const reason = manualReason(policy, given);
  if (decision.kind !== 'go' || !byPerson) return decision;
  if (reason === undefined) {
    const ids = policy.rollback.manual.map(({ id, severity }) => (severity === undefined ? id : `${id} (${severity})`));
    const note = `The policy knows these reasons: ${ids.join(', ')}. Give one as reason: its severity and time then count`;
    return ids.length === 0 ? decision : { ...decision, notes: [...decision.notes, note] };
  }
  const told = holdersOf(reason, policy).map((holder) => membersOf(holder, policy, answers));
  const unread = told.includes(undefined);
  const holds = told.some((logins) => logins?.includes(login.toLowerCase()) === true);
  // A role that nobody holds yet cannot be meant to stop everybody.
  const isOthers = told.some((logins) => logins !== undefined && logins.length > 0) && !holds && !unread;
  if (isOthers) {
    return {
      kind: 'refused',
      reason: 'not-yours',
      because: `${reason.id} is a reason that ${reason.by.join(', ')} may give, and ${login} holds none of these roles`,
      fix: `Ask them to press, or say in your own words why: gh workflow run ${policy.rollback.workflow} -f reason=…`,
      target: decision.target,
    };
  }
  return { ...decision, notes: [...decision.notes, inTime(reason, sinceMs)] };
}

function inTime({ id, withinMs }: Manual, sinceMs: number | undefined): string {
  if (withinMs === undefined || sinceMs === undefined) return `Reason: ${id}`;
  if (withinMs === 0) return `Reason: ${id}, decided ${formatDuration(sinceMs)} after the press (at once is asked)`;
  const kept = sinceMs <= withinMs ? 'in time' : 'late';
  return `Reason: ${id}, decided ${formatDuration(sinceMs)} after the press, ${kept} (within ${formatDuration(withinMs)})`;
}

function holdersOf({ by }: Manual, { roles }: Effective): readonly string[] {
  return by.flatMap((role) => roles[role] ?? []);
}
