// Runs the statements of an applied file once more, as happens when a run without a transaction stopped half way and is started again.
import type { DatabaseOptions, MigrationFileText, MigrationStep, StatementText } from '../../world.ts';
import { connect, type DatabaseUrl, disconnect } from './connection.ts';
import { failureOf } from './failure.ts';
import type { Guard } from './guard.ts';

interface Near {
  readonly guard: Guard;
  readonly url: DatabaseUrl;
  readonly options: DatabaseOptions;
}

/** Each statement by itself; the first that fails ends it. Nothing is written into the history. */
export async function rerun({ guard, url, options }: Near, file: MigrationFileText): Promise<MigrationStep> {
  const client = await connect(url, guard.worker);
  let at: StatementText | undefined;
  try {
    await client.query("select set_config('statement_timeout', $1, false)", [String(options.statementTimeoutMs)]);
    for (at of file.up.statements) await client.query(at.sql);
    return { kind: 'done', id: file.id, durationMs: 0, rows: undefined, lockMs: 0, blockedMs: 0 };
  } catch (error) {
    const { reason, what, where, fix } = failureOf(error, { path: file.path, statement: at, secrets: [url.password] });
    return { kind: 'failed', id: file.id, reason, what, where, fix, durationMs: 0, left: 'unknown' };
  } finally {
    await disconnect(client);
  }
}
