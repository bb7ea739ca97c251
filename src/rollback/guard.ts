// The schema guard: old code never meets a schema it cannot live with. It reads what migrate recorded.
import { type Attempt, type History, withUnsigned } from '../record/history.ts';

export type Guard =
  | { readonly kind: 'holds' }
  | { readonly kind: 'closed'; readonly files: readonly string[]; readonly because: string };

/** Whether the code of the target can run on today's schema: no contract migration went in (or may have: a child without an end counts as
 * applied) after the target's Deployment, by whomever, signed or not. A target that was never recorded is as old as the history. */
export function schemaGuard(history: History, targetId: number | undefined): Guard {
  const contracts = withUnsigned(history)
    .filter(({ id }) => targetId === undefined || id > targetId)
    .flatMap((attempt) => contractsOf(attempt, targetId));
  if (contracts.length === 0) return { kind: 'holds' };
  const files = [...new Set(contracts)];
  return { kind: 'closed', files, because: `${files.join(', ')} went in after it and took away what it needs` };
}

/** Contract files of a migration that are in, or may be. The target's own are what it was made for. */
function contractsOf({ payload, happened, state }: Attempt, targetId: number | undefined): readonly string[] {
  if (payload.kind !== 'migration' || (payload.parent !== null && payload.parent === targetId)) return [];
  const last = happened.findLast(({ entry }) => entry.kind === 'migration')?.entry;
  const failed = state === 'failure' || state === 'error' || state === 'inactive';
  // One that failed says what of it stayed: files that came before the failing one are in.
  const gone = failed && (last?.kind !== 'migration' || last.compatibility !== 'contract');
  return gone ? [] : payload.files.filter(({ compatibility }) => compatibility === 'contract').map(({ path }) => path);
}
