// Legs: the history as one leg sees it, and the one outcome of a rollback that went over several.
import type { Happened } from '../record/entry.ts';
import type { History } from '../record/history.ts';
import type { Outcome } from '../record/outcome.ts';

/** The legs to bring back: the one that is named, else all that the policy declares; one without a name where it declares none. */
export function namesOf(named: string, declared: readonly string[]): readonly string[] {
  return named === '' && declared.length > 0 ? declared : [named];
}

/** What concerns this leg: forward Deployments with what was said for it or for all, rollbacks and migrations of it alone. Empty: everything. */
export function ofLeg(history: History, leg: string): History {
  if (leg === '') return history;
  const concerns = (one: Happened) => one.leg === undefined || one.leg === leg;
  const attempts = history.attempts
    .filter(({ payload }) => payload.kind === 'deploy' || payload.leg === '' || payload.leg === leg)
    .map((attempt) => ({ ...attempt, happened: attempt.happened.filter(concerns) }));
  return { ...history, attempts };
}

const worstFirst = ['failed', 'refused', 'unverified', 'restored', 'planned', 'already-there'];

/** The outcome of all legs: the worst verdict counts, with what it says; the others follow in its details. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  const rank = ({ verdict }: Outcome) => worstFirst.indexOf(verdict);
  const [worst, ...others] = [...outcomes].sort((a, b) => rank(a) - rank(b));
  if (worst === undefined) throw new Error('A rollback without a leg. This is a fault, please report it.');
  if (others.length === 0) return worst;
  const { evidence } = worst;
  const lines = [worst, ...others].map((one) => `${one.evidence?.leg ?? ''}: ${one.verdict}, ${one.reason}`);
  return {
    ...worst,
    result: { legs: outcomes.map(({ result }) => result) },
    warnings: [...new Set(outcomes.flatMap(({ warnings }) => warnings))],
    error:
      worst.error === ''
        ? ''
        : [worst, ...others]
            .map(({ error }) => error)
            .filter((error) => error !== '')
            .join(' '),
    evidence:
      evidence === undefined
        ? undefined
        : { ...evidence, leg: '', details: [{ heading: 'Legs', lines, table: [], open: true }, ...evidence.details] },
  };
}
