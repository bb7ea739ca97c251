// The schema guard: old code never meets a schema it cannot live with. It reads what migrate recorded.
import { childrenOf, forwards, type History } from '../record/history.ts';

export type Guard =
  | { readonly kind: 'holds' }
  | { readonly kind: 'closed'; readonly files: readonly string[]; readonly because: string };

/** Whether the code of the target can run on today's schema: no contract migration went in (or may have: a child without an end counts as
 * applied) after the target's Deployment. A target that was never recorded is as old as the history. */
export function schemaGuard(history: History, targetId: number | undefined): Guard {
  const later = forwards(history).filter(({ id }) => targetId === undefined || id > targetId);
  const contracts = later
    .flatMap(({ id }) => childrenOf(history, id))
    .filter(({ state }) => state === 'success' || state === 'in_progress' || state === 'pending' || state === 'queued')
    .flatMap(({ payload }) => (payload.kind === 'migration' ? payload.files : []))
    .filter(({ compatibility }) => compatibility === 'contract')
    .map(({ path }) => path);
  if (contracts.length === 0) return { kind: 'holds' };
  const files = [...new Set(contracts)];
  return { kind: 'closed', files, because: `${files.join(', ')} went in after it and took away what it needs` };
}
