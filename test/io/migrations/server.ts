// What the tests of migrations share: a database of a real server, files from texts, and the real neighbours of the adapter.
import pg from 'pg';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import type { Around } from '../../../src/io/migrations/around.ts';
import { createMigrationDatabase } from '../../../src/io/migrations/database.ts';
import { type MigrationFile, readFolder } from '../../../src/migration/file.ts';
import type { DatabaseOptions, MigrationDatabase } from '../../../src/world.ts';

export const never = new AbortController().signal;

/** Files of a folder `db/migrations` by name, read as the procedure reads them; faults fail the test. */
export function files(texts: Readonly<Record<string, string>>, tool = 'plain-sql'): readonly MigrationFile[] {
  const listing = Object.entries(texts).map(([name, text]) => ({ path: `db/migrations/${name}`, text }));
  const folder = readFolder(listing, tool);
  const errors = folder.faults.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return folder.files;
}

/** A migration database on a URL, with limits short enough for a test. */
export function database(
  url: string,
  options: Partial<DatabaseOptions> = {},
  around: Partial<Around> = {},
): MigrationDatabase {
  return createMigrationDatabase(
    {
      url,
      tool: 'plain-sql',
      session: '7001.1',
      lockTimeoutMs: 100,
      statementTimeoutMs: 20_000,
      waitMs: 5_000,
      ...options,
    },
    { command: createCommand(process.cwd(), never), clock, ...around },
  );
}

/** Rows of one query, on a connection of its own. */
export async function rows(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Comes back when a query gives a row; a server that is not up yet gives none. Throws after a minute. */
export async function found(url: string, sql: string): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    if ((await rows(url, sql).catch(() => [])).length > 0) return;
    await new Promise((next) => setTimeout(next, 25));
  }
  throw new Error(`never: ${sql}`);
}

/** A session that keeps a transaction open, as an application would; `end` rolls it back. */
export async function session(url: string, ...statements: readonly string[]): Promise<{ end(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, application_name: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  for (const sql of statements) await client.query(sql);
  return { end: () => client.end() };
}
