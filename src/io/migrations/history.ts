// The history table of the plain-sql tool: one line a file, begun and applied; files without a transaction keep their progress in it.
import type pg from 'pg';
import type { AppliedFact, MigrationFileText } from '../../world.ts';
import type { Guard } from './guard.ts';

export const tableName = 'boring_deploys_migrations';

const definition = `create table if not exists ${tableName} (
  id text primary key,
  sha256 text not null,
  -- null: a file that runs without a transaction was begun and is not finished
  applied_at timestamptz,
  duration_ms bigint not null default 0,
  run text not null,
  -- statements of such a file that are done
  statements integer not null default 0)`;

/** Applied files, in the order in which they went in. Without the table: none. */
export async function readHistory(guard: Guard): Promise<readonly AppliedFact[]> {
  if ((await qualifiedName(guard)) === undefined) return [];
  return guard.ask<AppliedFact>(
    `select id, sha256 from ${tableName} where applied_at is not null order by applied_at, id`,
  );
}

/** Makes the table when it is not there; gives its name with schema, which no search_path of a file can lead astray. */
export async function ensureHistory(guard: Guard): Promise<string> {
  const found = await qualifiedName(guard);
  if (found !== undefined) return found;
  await guard.ask(definition);
  return (await qualifiedName(guard)) ?? tableName;
}

async function qualifiedName(guard: Guard): Promise<string | undefined> {
  const [row] = await guard.ask<{ name: string | null }>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1)`,
    [tableName],
  );
  return row?.name ?? undefined;
}

/** Whether the history says that the file is applied. */
export async function isApplied(guard: Guard, table: string, id: string): Promise<boolean> {
  return (await guard.ask(`select 1 from ${table} where id = $1 and applied_at is not null`, [id])).length > 0;
}

/** Statements of a file without a transaction that an earlier run got done; undefined when none began it, or its text has changed since. */
export async function progressOf(
  client: pg.Client,
  table: string,
  file: MigrationFileText,
): Promise<number | undefined> {
  const found = await client.query<{ statements: number }>(
    `select statements from ${table} where id = $1 and applied_at is null and sha256 = $2`,
    [file.id, file.sha256],
  );
  return found.rows[0]?.statements;
}

/** Notes that a file without a transaction has so many statements done. */
export async function noteProgress(
  client: pg.Client,
  table: string,
  file: MigrationFileText,
  done: { run: string; statements: number },
): Promise<void> {
  await client.query(
    `insert into ${table} (id, sha256, run, statements) values ($1, $2, $3, $4)
     on conflict (id) do update set sha256 = excluded.sha256, run = excluded.run, statements = excluded.statements`,
    [file.id, file.sha256, done.run, done.statements],
  );
}

/** Writes the line of an applied file, in the transaction of the file where it has one. */
export async function noteApplied(
  client: pg.Client,
  table: string,
  file: MigrationFileText,
  done: { run: string; durationMs: number },
): Promise<void> {
  await client.query(
    `insert into ${table} (id, sha256, run, duration_ms, applied_at) values ($1, $2, $3, $4, clock_timestamp())
     on conflict (id) do update set sha256 = excluded.sha256, run = excluded.run, duration_ms = excluded.duration_ms, applied_at = excluded.applied_at
     where ${table}.applied_at is null`,
    [file.id, file.sha256, done.run, Math.round(done.durationMs)],
  );
}

/** Takes the line of a reverted file away. */
export async function noteReverted(client: pg.Client, table: string, file: MigrationFileText): Promise<void> {
  await client.query(`delete from ${table} where id = $1`, [file.id]);
}
