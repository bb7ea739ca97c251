// The budget of a rollback: one deadline, split over its phases, and what is said of those that took longer.
import { formatDuration } from '../kit/duration.ts';
import type { Effective } from '../policy/effective.ts';
import type { PhaseTimes } from './account.ts';

/** Where no policy could be read, ms (ACTIONS, rollback). */
export const defaultBudgetMs = 5 * 60 * 1000;

/** Phases that took longer than their part of the budget (POLICY A24), and a whole that took longer than all of it. */
export function lateNotes(times: PhaseTimes, policy: Effective | undefined): readonly string[] {
  if (policy === undefined) return [];
  const { parts, budgetMs } = policy.rollback;
  const late = Object.entries(times).flatMap(([phase, ms]) => {
    const part = parts[phase];
    return part !== undefined && ms > part
      ? [`Over its budget: ${phase} took ${formatDuration(ms)}, rollback.budget gives it ${formatDuration(part)}`]
      : [];
  });
  const all = times.decide + times.switch + times.verify;
  const over = `Over its budget: ${formatDuration(all)} until users were proven back, rollback.budget gives ${formatDuration(budgetMs)}. Mend the process`;
  return all > budgetMs ? [...late, over] : late;
}
