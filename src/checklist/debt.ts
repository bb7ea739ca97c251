// Debts: what one deployment owes after it is done, whether it was given, and until when it is due.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Run } from '../evidence/run.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Effective } from '../policy/effective.ts';
import type { ChecklistItem } from '../policy/parts.ts';
import type { Attempt, History } from '../record/history.ts';
import type { Change } from './change.ts';
import { criterionOf } from './checklist.ts';
import { asksSignedAfter, findSignedAfter, howToSign } from './criteria/signed-after.ts';
import type { Context, Criterion } from './criterion.ts';
import type { Found } from './finding.ts';
import { filesOfUnit } from './unit.ts';

/** Who is in debt, and where one looks. */
export interface Debtor {
  readonly attempt: Attempt;
  /** When it was done, ms. */
  readonly doneAt: number;
  readonly policy: Effective;
  readonly history: History;
  readonly run: Run;
  readonly now: number;
}

/** A line that is owed. `withinMs`: how long after the deployment. */
export interface Owed {
  readonly item: ChecklistItem;
  readonly withinMs: number;
  /** `line`: of `moment: after`; `skipped`: what a type of `owed:` let pass open. */
  readonly kind: 'line' | 'skipped';
}

export interface Debt extends Owed {
  readonly title: string;
  readonly dueAt: number;
  readonly found: Found;
}

const branch: QuestionOf<'default-branch'> = { kind: 'default-branch' };

/** Asks for the evidence of what is owed, each question once whatever the number of lines. */
export function asksDebts(debtor: Debtor, owed: readonly Owed[], answers: Answers): readonly Question[] {
  const between = sinceThen(debtor, answers);
  const general: readonly Question[] = [branch, ...(between === undefined ? [] : [between])];
  return owed.flatMap((one) => {
    const context = contextOf(debtor, one.item, answers);
    const words = asksSignedAfter(context, answers);
    const own = answers.value(branch) === undefined ? [] : (machineOf(one)?.asks(context, answers) ?? []);
    return [...general, ...words, ...own];
  });
}

/** What became of each. What no machine finds, a person's word gives too; a line whose roles sign takes theirs alone. */
export function debtsOf(debtor: Debtor, owed: readonly Owed[], answers: Answers): readonly Debt[] {
  return owed.map((one) => {
    const context = contextOf(debtor, one.item, answers);
    const title = criterionOf(one.item).title;
    return { ...one, title, dueAt: debtor.doneAt + one.withinMs, found: foundOf(one, context, answers) };
  });
}

function foundOf(one: Owed, context: Context, answers: Answers): Found {
  const word = findSignedAfter(context, answers);
  const machine = machineOf(one);
  if (machine === undefined || word.outcome === 'pass') return word;
  const found = machine.finds(context, answers);
  if (found.outcome === 'pass' || found.outcome === 'not-applicable') return found;
  // Where nothing but a person's word would do, what keeps it from being given is what matters.
  if (found.outcome === 'waiting' && word.outcome === 'unknown') return word;
  const how = howToSign(one.item.id, context.change.pulls[0]);
  return { ...found, todo: [...partsOf(found.todo), ', or ', ...partsOf(how)] };
}

/** What finds it without a word of people: not where roles sign, nor for what a hotfix skipped, which was about the change of then. */
function machineOf({ item, kind }: Owed): Criterion | undefined {
  return kind === 'skipped' || item.signOff.length > 0 ? undefined : criterionOf(item);
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

function contextOf(debtor: Debtor, item: ChecklistItem, answers: Answers): Context {
  const { attempt, policy, now, run } = debtor;
  const change = changeSince(debtor, answers);
  return {
    ...{ policy, item, change, now, run, moment: 'deploy', plannedStart: now },
    artifact: attempt.payload.artifact,
    deployed: attempt,
  };
}

/** What the default branch got since the deployed commit. Its pull request is the deployment's newest: there the words are given. */
function changeSince(debtor: Debtor, answers: Answers): Change {
  const { attempt, history, policy } = debtor;
  const { payload } = attempt;
  const between = sinceThen(debtor, answers);
  const told = between === undefined ? undefined : answers.value(between);
  const forward = payload.kind === 'deploy' ? payload : undefined;
  const [number] = forward?.pulls ?? [];
  const pull = number === undefined ? undefined : answers.value({ kind: 'pull', number });
  const head = answers.value(branch)?.sha ?? attempt.sha;
  const same = head === attempt.sha;
  const files = filesOfUnit(policy.unit, told);
  const type = policy.types.find(({ name }) => name === forward?.type) ?? { name: forward?.type ?? 'standard' };
  return {
    ...{ kind: 'range', relation: same ? 'identical' : 'ahead', base: attempt.sha, sha: head, tree: '' },
    ...files,
    complete: same || files.complete,
    ...{ pulls: pull === undefined ? [] : [pull], brought: new Map(), strays: [], unread: [] },
    ...{ history, predecessor: attempt },
    schema: { files: [], compatibility: 'none', verdict: '', url: '', unseen: [] },
    facts: { files: [], labels: [], migration: 'none', type: type.name },
    ...{ areas: [], type, tier: 'medium', because: [], plan: forward?.plan ?? '', planless: undefined },
    ...{ approvals: [], requiredOnly: undefined },
  };
}

function sinceThen({ attempt }: Debtor, answers: Answers): QuestionOf<'comparison'> | undefined {
  const head = answers.value(branch);
  if (head === undefined || head.sha === attempt.sha) return undefined;
  return { kind: 'comparison', base: attempt.sha, head: head.sha };
}
