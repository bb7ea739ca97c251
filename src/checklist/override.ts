// Overrides: a person of a role that the policy names sets lines of the checklist aside, with a reason that is recorded and shown.
import type { Answers } from '../evidence/answer.ts';
import type { Question } from '../evidence/question.ts';
import { Problem } from '../kit/problem.ts';
import { nearest } from '../kit/spelling.ts';
import type { Case } from './checklist.ts';
import { type Finding, isOpen } from './finding.ts';
import { asksRole, holdersOf } from './role.ts';

export interface Override {
  readonly ids: readonly string[];
  readonly reason: string;
}

/** The shortest reason that says something (ACTIONS.md, "override"). */
const shortest = 10;

/** Asks who holds the roles that may override; nothing when nobody wants to. */
export function asksOverride(override: Override, judged: Case, answers: Answers): readonly Question[] {
  return override.ids.length === 0 ? [] : judged.policy.overrides.by.flatMap((role) => asksRole(role, judged, answers));
}

/** The findings with the overridden open ones waived. Throws a Problem when the reason is too short, an id is unknown or not allowed, or the person
 * holds none of the roles. */
export function settleOverride(
  findings: readonly Finding[],
  override: Override,
  judged: Case,
  answers: Answers,
): readonly Finding[] {
  if (override.ids.length === 0) return findings;
  if (override.reason.trim().length < shortest) {
    throw refusal(
      'The override has no reason of at least 10 characters',
      'input override-reason',
      'Say why; it is recorded and shown.',
    );
  }
  for (const id of override.ids) checkId(id, findings, judged);
  const person = judged.run.triggeringActor;
  if (!mayOverride(person, judged, answers)) {
    const roles = judged.policy.overrides.by.join(', ');
    throw refusal(
      `${person} may not override`,
      'input override',
      roles === '' ? 'Name roles under `overrides: by:` of the policy.' : `Somebody of ${roles} starts the run.`,
    );
  }
  return findings.map((finding) =>
    override.ids.includes(finding.id) && isOpen(finding) ? waived(finding, person, override.reason) : finding,
  );
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
  if (policy.overrides.allow.some((allowed) => covers(allowed, id))) return;
  throw refusal(
    `${id} may not be overridden`,
    'input override',
    `Allow it under \`overrides: allow:\` of the policy (now: ${policy.overrides.allow.join(', ') || 'nothing'}).`,
  );
}

/** `deploy-window-*` is a family: it covers `deploy-window` and everything that begins with `deploy-window-`. */
function covers(allowed: string, id: string): boolean {
  if (!allowed.endsWith('-*')) return allowed === id;
  return id === allowed.slice(0, -2) || id.startsWith(allowed.slice(0, -1));
}

function mayOverride(person: string, judged: Case, answers: Answers): boolean {
  return judged.policy.overrides.by.some((role) => {
    const holders = holdersOf(role, judged, answers);
    return holders.kind === 'known' && holders.value.has(person.toLowerCase());
  });
}

function waived(finding: Finding, person: string, reason: string): Finding {
  const { awaits: _, ...rest } = finding;
  return { ...rest, outcome: 'waived', who: person, todo: `${reason}; to be reviewed within 24 h` };
}

function refusal(what: string, where: string, fix: string): Problem {
  return new Problem({ what, where, fix, reason: 'override-refused' });
}
