// Overrides: a person of a role that the policy names sets lines of the checklist aside, with a reason that is recorded, shown and reviewed.
import type { Answers } from '../evidence/answer.ts';
import type { Permission } from '../evidence/fact.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Phrase } from '../kit/phrase.ts';
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import { coversId } from '../policy/overridden.ts';
import type { Case } from './checklist.ts';
import { type Finding, isOpen } from './finding.ts';
import { asksRole, holdersOf } from './role.ts';
import { instant, listed } from './words.ts';

export interface Override {
  readonly ids: readonly string[];
  readonly reason: string;
}

/** Who set what aside, on which right. */
export interface SetAside {
  readonly person: string;
  readonly reason: string;
  readonly ids: readonly string[];
  /** True when the person holds none of the roles and the policy lets anyone who may write do it. */
  readonly breakGlass: boolean;
  /** Logins of those whose roles may override: they review it. Empty where nobody is known. */
  readonly owners: readonly string[];
}

export interface Settled {
  readonly findings: readonly Finding[];
  /** Undefined when nothing was set aside. */
  readonly setAside: SetAside | undefined;
}

/** The shortest reason that says something (ACTIONS.md, "override"). */
const shortest = 10;
/** Within so long it is reviewed (ACTIONS.md, "override"). */
const reviewedWithinMs = 24 * 60 * 60 * 1000;
const writers: readonly Permission[] = ['admin', 'maintain', 'write'];

/** Asks who holds the roles that may override, and under break-glass whether the person may write; nothing when nobody wants to. */
export function asksOverride(override: Override, judged: Case, answers: Answers): readonly Question[] {
  if (override.ids.length === 0) return [];
  const { by, breakGlass } = judged.policy.overrides;
  return [
    ...by.flatMap((role) => asksRole(role, judged, answers)),
    ...(breakGlass ? [permissionOf(judged.run.triggeringActor)] : []),
  ];
}

/** The findings with the overridden open ones waived, and one more that asks for the review. Throws a Problem when the reason is too short, an id
 * is unknown or not allowed, or the person may not. */
export function settleOverride(
  findings: readonly Finding[],
  override: Override,
  judged: Case,
  answers: Answers,
): Settled {
  if (override.ids.length === 0) return { findings, setAside: undefined };
  const reason = override.reason.trim();
  if (reason.length < shortest) {
    throw refusal(
      'The override has no reason of at least 10 characters',
      'input override-reason',
      'Say why; it is recorded and shown.',
    );
  }
  for (const id of override.ids) checkId(id, findings, judged);
  const person = judged.run.triggeringActor;
  const breakGlass = !holdsRole(person, judged, answers);
  if (breakGlass) refuseUnlessMayWrite(person, judged, answers);
  const ids = findings.filter((one) => override.ids.includes(one.id) && isOpen(one)).map(({ id }) => id);
  if (ids.length === 0) return { findings, setAside: undefined };
  const owners = ownersOf(judged, answers).filter((owner) => owner !== person.toLowerCase());
  const setAside = { person, reason, ids, breakGlass, owners };
  const settled = findings.map((finding) => (ids.includes(finding.id) ? waived(finding, setAside) : finding));
  return { findings: [...settled, review(setAside, judged)], setAside };
}

function checkId(id: string, findings: readonly Finding[], { policy }: Case): void {
  const ids = findings.map((finding) => finding.id);
  if (!ids.includes(id)) {
    const meant = nearest(id, ids);
    throw refusal(
      `No criterion is called ${id}`,
      'input override',
      meant === undefined ? 'See the report for the ids.' : `Did you mean ${meant}?`,
    );
  }
  if (policy.overrides.allow.some((allowed) => coversId(allowed, id))) return;
  throw refusal(
    `${id} may not be overridden`,
    'input override',
    `Allow it under \`overrides: allow:\` of the policy (now: ${policy.overrides.allow.join(', ') || 'nothing'}).`,
  );
}

function holdsRole(person: string, judged: Case, answers: Answers): boolean {
  return ownersOf(judged, answers).includes(person.toLowerCase());
}

/** All known holders of the roles that may override, each once, in lower case. */
function ownersOf(judged: Case, answers: Answers): readonly string[] {
  const holders = judged.policy.overrides.by.map((role) => holdersOf(role, judged, answers));
  return [...new Set(holders.flatMap((told) => (told.kind === 'known' ? [...told.value] : [])))];
}

function refuseUnlessMayWrite(person: string, judged: Case, answers: Answers): void {
  const { by, breakGlass } = judged.policy.overrides;
  const roles = by.join(', ');
  const who =
    roles === '' ? 'Name roles under `overrides: by:` of the policy.' : `Somebody of ${roles} starts the run.`;
  if (!breakGlass) {
    const unread = by.map((role) => holdersOf(role, judged, answers)).find(({ kind }) => kind === 'unknown');
    const why = unread?.kind === 'unknown' ? `: ${unread.because}; ${unread.remedy}` : '';
    throw refusal(`${person} may not override${why}`, 'input override', who);
  }
  const may = answers.of(permissionOf(person));
  if (may.kind === 'known' && writers.includes(may.value)) return;
  const why = may.kind === 'unknown' ? `${may.because}; ${may.remedy}` : `${person} has ${may.value}, not write`;
  throw refusal(`${person} may not break the glass: ${why}`, 'input override', who);
}

function permissionOf(login: string): QuestionOf<'permission'> {
  return { kind: 'permission', login };
}

function waived(finding: Finding, { person, reason, breakGlass }: SetAside): Finding {
  const { awaits: _, ...rest } = finding;
  const how = breakGlass ? 'break-glass: ' : '';
  return { ...rest, outcome: 'waived', who: person, todo: `${how}${reason}; to be reviewed within 24 h` };
}

/** What is owed for it: an open row that closes nothing, so that nobody overlooks it. */
function review({ person, reason, ids, breakGlass, owners }: SetAside, { policy, now }: Case): Finding {
  const roles = listed(policy.overrides.by, 3);
  const evidence: Phrase = [
    breakGlass ? 'break-glass: ' : '',
    { strong: person },
    ` set aside ${listed(ids, 5)}: ${reason}`,
  ];
  const who = roles !== '' ? roles : owners.length > 0 ? listed(owners, 3) : 'owner of the policy';
  return {
    id: 'override-review',
    title: breakGlass ? 'Glass broken' : 'Override',
    outcome: 'fail',
    level: 'warn',
    evidence,
    who,
    todo: `review it by ${instant(now + reviewedWithinMs)}`,
    required: false,
    warning: `${breakGlass ? 'Break-glass' : 'Override'}: ${person} set aside ${listed(ids, 5)}`,
  };
}

function refusal(what: string, where: string, fix: string): Problem {
  return new Problem({ what, where, fix, reason: 'override-refused' });
}
