// The inquiry: asks about the change, then everything its checklist asks, and lets the findings stand or be set aside.
import type { Answers, Ask } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { gather } from '../evidence/round.ts';
import type { Attempt } from '../record/history.ts';
import { asksBacklog, backlogOf } from './backlog.ts';
import { asksChange, asksPlan, changeOf, changeRounds, isConcerned } from './change.ts';
import { asksChecklist, type Case, findings } from './checklist.ts';
import { ciAllGreen } from './criteria/ci-all-green.ts';
import type { Finding } from './finding.ts';
import { asksGoingBack, goingBackFindings, type SchemaGuard, servedRollback } from './going-back.ts';
import { twinShas } from './kinship.ts';
import { asksOverdue, overdueFindings } from './overdue.ts';
import { asksOverride, type Override, type SetAside, settleOverride } from './override.ts';
import { rangeOf } from './range.ts';
import { assertCheckedOut, type Scope } from './scope.ts';

/** What is asked about; `plannedStart` undefined means now. */
export interface Inquiry extends Omit<Case, 'change' | 'moment' | 'plannedStart'> {
  readonly scope: Scope;
  /** The input `type`, empty when not given. */
  readonly type: string;
  readonly plannedStart: number | undefined;
  readonly override: Override;
  readonly guard: SchemaGuard;
}

export interface Seen {
  readonly judged: Case;
  readonly answers: Answers;
  readonly findings: readonly Finding[];
  /** What waits on the default branch already, in words; empty when nothing does. */
  readonly backlog: string;
  /** Who set what aside; undefined when nobody did. */
  readonly setAside: SetAside | undefined;
  /** The unfinished rollback that this run deploys for: then its two criteria are all that is asked. */
  readonly back: Attempt | undefined;
}

/** The checks of a commit come with its records: asked in the same round, the check runs are read once for both. */
function asksCiEarly(scope: Scope, policy: Inquiry['policy'], answers: Answers): readonly Question[] {
  if (!policy.checklist.some(({ id }) => id === ciAllGreen.id)) return [];
  return [scope.sha, ...twinShas(rangeOf(scope, answers), answers)].map((sha) => ({ kind: 'ci', sha }) as const);
}

/** Asks everything once, afresh. Throws a Problem for a type, a checkout or an override that does not fit. */
export async function inquire(ask: Ask, inquiry: Inquiry): Promise<Seen> {
  const { scope, policy, now, run, artifact, override } = inquiry;
  const begin = (answers: Answers) => [
    ...asksPlan(scope, policy),
    ...asksChange(scope, policy, answers),
    ...asksCiEarly(scope, policy, answers),
  ];
  const first = await gather(ask, begin, { rounds: changeRounds });
  assertCheckedOut(scope, first.value({ kind: 'checkout' })?.sha ?? '');
  const change = changeOf(scope, policy, inquiry.type, first);
  // A start in the past is now.
  const plannedStart = Math.max(inquiry.plannedStart ?? now, now);
  const judged: Case = { policy, change, moment: scope.moment, now, plannedStart, run, artifact };
  // Nothing of the unit changes: what its checklist would say of somebody else's change is no news to anybody.
  if (!isConcerned(change)) {
    return { judged, answers: first, findings: [], setAside: undefined, backlog: '', back: undefined };
  }
  const told = await gather(ask, (known) => asksGoingBack(judged, known), { from: first });
  const back = servedRollback(judged, told);
  if (back !== undefined) {
    const two = goingBackFindings(judged, back, inquiry.guard, told);
    return { judged, answers: told, ...settleOverride(two, override, judged, told), backlog: '', back };
  }
  const asks = (known: Answers) => [
    ...asksChecklist(judged, known),
    ...asksOverride(override, judged, known),
    ...asksBacklog(change, known),
    ...asksOverdue(judged, known),
  ];
  const answers = await gather(ask, asks, { from: told });
  const settled = settleOverride(findings(judged, answers), override, judged, answers);
  return {
    judged,
    answers,
    findings: [...settled.findings, ...overdueFindings(judged, answers)],
    setAside: settled.setAside,
    backlog: backlogOf(change, policy, answers),
    back: undefined,
  };
}
