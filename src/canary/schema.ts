// The schema guard of a canary's own restore: whether a contract migration went in since the Deployment began.
import type { Entry } from '../record/entry.ts';

/** Name of the guard, as an override names it. */
export const schemaGuard = 'contract-migration';

/** Whether one went in, or may have: the version before cannot live with that schema. */
export function hasContracted(told: readonly Entry[]): boolean {
  const last = told.findLast((entry) => entry.kind === 'migration' && entry.compatibility === 'contract');
  return last?.kind === 'migration' && last.verdict !== 'reverted';
}
