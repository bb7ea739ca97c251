// Legs: the history as one leg sees it, and the one outcome of a rollback that went over several.
import type { Happened } from '../record/entry.ts';
import type { Evidence } from '../record/evidence.ts';
import type { History } from '../record/history.ts';
import type { Outcome } from '../record/outcome.ts';
import { type PhaseTimes, timesOf } from './account.ts';

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

/** How one leg ended, with the time of each of its phases. */
export interface LegOutcome {
  readonly outcome: Outcome;
  readonly times: PhaseTimes;
}

/** The outcome of all legs: the worst verdict counts, with what it says, of equal ones the slowest; the others follow in its details. Legs go back
 * side by side, so a phase took as long as its slowest leg. */
export function worstOf(legs: readonly LegOutcome[]): Outcome {
  const rank = ({ outcome }: LegOutcome) => worstFirst.indexOf(outcome.verdict);
  const sorted = [...legs].sort((a, b) => rank(a) - rank(b) || untilBack(b.times) - untilBack(a.times));
  const [worst] = sorted;
  if (worst === undefined) throw new Error('A rollback without a leg. This is a fault, please report it.');
  const { outcome } = worst;
  if (sorted.length === 1) return outcome;
  const outcomes = sorted.map((one) => one.outcome);
  const errors = outcomes.map(({ error }) => error).filter((error) => error !== '');
  return {
    ...outcome,
    outputs: { ...outcome.outputs, 'phase-times': JSON.stringify(slowest(legs.map(({ times }) => times))) },
    result: { legs: legs.map((one) => one.outcome.result) },
    warnings: [...new Set(outcomes.flatMap(({ warnings }) => warnings))],
    error: outcome.error === '' ? '' : errors.join(' '),
    evidence: outcome.evidence && together(outcome.evidence, sorted),
  };
}

function together(worst: Evidence, legs: readonly LegOutcome[]): Evidence {
  const lines = legs.map(({ outcome: { evidence, verdict, reason }, times }) =>
    [`${evidence?.leg ?? ''}: ${verdict}, ${reason}`, timesOf(times)].filter((part) => part !== '').join(' · '),
  );
  const moments = legs.flatMap(({ outcome: { evidence } }) =>
    (evidence?.moments ?? []).map((moment) => ({ ...moment, stage: `${moment.stage} ${evidence?.leg ?? ''}`.trim() })),
  );
  const shown = { heading: 'Legs', lines, table: [], open: true };
  return { ...worst, leg: '', moments, details: [shown, ...worst.details] };
}

/** Until users were proven back, ms. */
function untilBack(times: PhaseTimes): number {
  return times.decide + times.switch + times.verify;
}

function slowest(all: readonly PhaseTimes[]): PhaseTimes {
  const most = (phase: keyof PhaseTimes) => Math.max(...all.map((times) => times[phase]));
  return {
    queue: most('queue'),
    decide: most('decide'),
    switch: most('switch'),
    verify: most('verify'),
    record: most('record'),
  };
}
