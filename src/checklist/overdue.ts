// Overdue: what earlier deployments owe past its time. The next gate lists it and warns; it never closes.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Phrase } from '../kit/phrase.ts';
import { type Attempt, forwards } from '../record/history.ts';
import { readRecord } from '../record/keep.ts';
import { wasLeft } from '../record/running.ts';
import { isBelieved } from '../record/seal.ts';
import type { Case } from './checklist.ts';
import { asksDebts, type Debt, type Debtor, debtsOf, type Owed } from './debt.ts';
import { type Finding, isOpen } from './finding.ts';
import { linesAfter, owedKey, owedThen, whoOwes } from './owed.ts';
import { ago, instant } from './words.ts';

/** So many deployments are looked at, the newest of those that have something due: three calls each (ours). */
const mostDeployments = 3;
/** What is overdue for longer than this nobody gives any more; the record of its gate may be gone as well (ours). */
const forgottenMs = 30 * 24 * 60 * 60 * 1000;

/** Asks what earlier deployments owe, at the deploy moment alone and only of those of which something may be due. */
export function asksOverdue(judged: Case, answers: Answers): readonly Question[] {
  return debtors(judged).flatMap((debtor) => [
    recordsOf(debtor.attempt),
    ...asksDebts(debtor, owedOf(debtor, answers), answers),
  ]);
}

/** One finding for each thing that is past its time and not given, oldest deployment last. */
export function overdueFindings(judged: Case, answers: Answers): readonly Finding[] {
  return debtors(judged).flatMap((debtor) => [
    ...debtsOf(debtor, owedOf(debtor, answers), answers)
      .filter(({ dueAt }) => dueAt < judged.now && dueAt > judged.now - forgottenMs)
      .flatMap((debt) => findingOf(debt, debtor)),
    ...unrecorded(debtor, answers),
  ]);
}

/** A deployment of a type that owes what it skipped, and nobody can tell what that was. */
function unrecorded({ attempt, policy, doneAt, now }: Debtor, answers: Answers): readonly Finding[] {
  const { payload } = attempt;
  const type = policy.types.find(({ name }) => payload.kind === 'deploy' && name === payload.type);
  if (type?.owedMs === undefined || doneAt + type.owedMs >= now || keptBy(attempt, answers) !== undefined) return [];
  return [
    {
      id: `owed-${attempt.id}`,
      title: `What this ${type.name} skipped`,
      outcome: 'unknown',
      level: 'warn',
      evidence: [{ text: payload.version, href: payload.run.url }, ': the record of its gate cannot be read'],
      who: 'anybody who may write',
      todo: 'look at its report',
      required: false,
    },
  ];
}

function findingOf(debt: Debt, { attempt, now }: Debtor): readonly Finding[] {
  const { found, item, dueAt } = debt;
  if (found.outcome === 'pass' || found.outcome === 'not-applicable') return [];
  const { version, run } = attempt.payload;
  const level = item.level === 'info' ? 'info' : 'warn';
  const link = { text: version, href: run.url };
  const finding: Finding = {
    id: `owed-${attempt.id}-${item.id}`,
    title: debt.title,
    // Nobody's word is waited for any more: it is late.
    outcome: found.outcome === 'unknown' ? 'unknown' : 'fail',
    level,
    evidence: [
      'owed by ',
      link,
      `, overdue since ${instant(dueAt)} (${ago(dueAt, now)}): `,
      ...partsOf(found.evidence),
    ],
    who: whoOwes(item),
    todo: found.todo,
    required: false,
  };
  return isOpen(finding) ? [finding] : [];
}

/** Deployments that are done and may owe something past its time, newest first. What was rolled back owes to its rollback. */
function debtors({ policy, change, moment, run, now }: Case): readonly Debtor[] {
  if (moment === 'review') return [];
  const { history } = change;
  const spans = (type: string) => [
    ...linesAfter(policy).map(({ withinMs }) => withinMs),
    ...policy.types.flatMap(({ name, owedMs }) => (name === type && owedMs !== undefined ? [owedMs] : [])),
  ];
  const due = forwards(history).flatMap((attempt): readonly Debtor[] => {
    const { payload, succeededAt } = attempt;
    if (payload.kind !== 'deploy' || succeededAt === undefined || wasLeft(attempt) || payload.run.id === run.id)
      return [];
    const within = spans(payload.type);
    const late = succeededAt + Math.min(...within) < now;
    const recent = succeededAt + Math.max(0, ...within) > now - forgottenMs;
    return late && recent ? [{ attempt, doneAt: succeededAt, policy, history, run, now }] : [];
  });
  return due.slice(0, mostDeployments);
}

function owedOf({ attempt, policy }: Debtor, answers: Answers): readonly Owed[] {
  const type = attempt.payload.kind === 'deploy' ? attempt.payload.type : '';
  return owedThen(policy, type, keptBy(attempt, answers));
}

/** The ids that the gate of this Deployment kept; undefined where its record is gone or cannot be read. */
export function keptBy(attempt: Attempt, answers: Answers): readonly string[] | undefined {
  const told = answers.value(recordsOf(attempt)) ?? [];
  // With a key, a record that nobody signed could list less than was owed.
  for (const fact of told.filter(({ seal }) => isBelieved(seal))) {
    const evidence = readRecord(fact);
    if (evidence?.action !== 'pre-deploy-gate' || evidence.deploymentId !== attempt.id) continue;
    const kept = evidence.found[owedKey];
    if (Array.isArray(kept)) return kept;
  }
  return undefined;
}

/** The question for the records of its commit. */
export function recordsOf({ sha }: Attempt): QuestionOf<'records'> {
  return { kind: 'records', sha };
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}
