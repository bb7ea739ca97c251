// Which runs sign records, and which only check them: where the key came from says nothing about whose workflow runs.
import type { Log, Run } from '../world.ts';

/** A pull request's run never signs, whatever it is given: its workflow may be the change's own. A fork's does not even check. */
export function withRecordKey(
  run: Run,
  given: readonly string[],
  log: Pick<Log, 'warn'>,
): { readonly run: Run; readonly keys: readonly string[] } {
  if (given.length === 0) return { run, keys: [] };
  const { pull } = run;
  if (pull === undefined) return { run: { ...run, recordKey: 'signs' }, keys: given };
  log.warn(
    `record-key is given to a run on ${run.event}, where the change may bring its own workflow: nothing is signed. Make it a secret of the environment that you deploy to, which a pull request cannot read.`,
  );
  return pull.fork ? { run, keys: [] } : { run: { ...run, recordKey: 'checks' }, keys: given };
}
