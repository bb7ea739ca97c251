// The aftermath of a deployment that has just ended: what it owes, what of it was given already, and until when the rest is due.
import type { Ask } from '../evidence/answer.ts';
import type { QuestionOf } from '../evidence/question.ts';
import { gather } from '../evidence/round.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Table } from '../record/outcome.ts';
import { asksDebts, type Debt, type Debtor, debtsOf } from './debt.ts';
import { keptBy, recordsOf } from './overdue.ts';
import { howToGive, owedThen, whoOwes } from './owed.ts';
import { instant } from './words.ts';

export interface Aftermath {
  /** For machines. */
  readonly owed: readonly {
    readonly id: string;
    readonly title: string;
    readonly outcome: string;
    readonly dueAt: string;
  }[];
  /** For the job's summary; absent when nothing is owed. */
  readonly table?: Table;
}

/** Asks for what the deployment owes and judges it. It decides nothing: what cannot be told stands there as unknown. */
export async function aftermathOf(ask: Ask, of: Omit<Debtor, 'doneAt'>): Promise<Aftermath> {
  const { attempt, policy, now } = of;
  const debtor: Debtor = { ...of, doneAt: attempt.succeededAt ?? now };
  const type = attempt.payload.kind === 'deploy' ? attempt.payload.type : '';
  const records: QuestionOf<'records'> = recordsOf(attempt);
  const first = await gather(ask, () => [records], { rounds: 1 });
  const owed = owedThen(policy, type, keptBy(attempt, first));
  const answers = await gather(ask, (known) => asksDebts(debtor, owed, known), { from: first });
  const debts = debtsOf(debtor, owed, answers);
  const told = debts.map(({ item, title, found, dueAt }) => ({
    ...{ id: item.id, title, outcome: found.outcome },
    dueAt: new Date(dueAt).toISOString(),
  }));
  if (debts.length === 0) return { owed: told };
  const [number] = attempt.payload.kind === 'deploy' ? attempt.payload.pulls : [];
  const pull = number === undefined ? undefined : answers.value({ kind: 'pull', number });
  const open = debts.filter(({ found }) => !isGiven(found.outcome)).length;
  const sentence =
    open === 0
      ? 'Everything that it owes is given.'
      : 'None of it undoes the deployment; what is late by the next gate is said there.';
  return {
    owed: told,
    table: {
      title: `Owed after ${attempt.payload.version}: ${open} of ${debts.length} open`,
      sentence,
      head: ['', 'What', 'Due', 'Who', 'How'],
      rows: debts.map((debt) => rowOf(debt, pull)),
    },
  };
}

function rowOf({ item, title, found, dueAt }: Debt, pull: Parameters<typeof howToGive>[1]): readonly Phrase[] {
  if (isGiven(found.outcome)) return ['✓', title, 'given', '–', found.evidence];
  return [found.outcome, title, instant(dueAt), whoOwes(item), 'todo' in found ? found.todo : howToGive(item, pull)];
}

function isGiven(outcome: string): boolean {
  return outcome === 'pass' || outcome === 'not-applicable';
}
