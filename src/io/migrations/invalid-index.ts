// Indexes that a failed CREATE INDEX CONCURRENTLY left behind: they cost writes and serve no reader.
import type pg from 'pg';
import type { Failure } from './failure.ts';

/** Names of all invalid indexes of the database. */
export async function invalidIndexes(client: pg.Client): Promise<readonly string[]> {
  const found = await client.query<{ name: string }>(
    'select indexrelid::regclass::text as name from pg_index where not indisvalid',
  );
  return found.rows.map(({ name }) => name);
}

/** The name that CREATE INDEX CONCURRENTLY gives, quoted or not. */
const made =
  /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?("(?:[^"]|"")+"|[^\s"(]+)\s+on\s/i;

/**
 * Before a statement that an earlier run began and did not end: the invalid index that this left is dropped. It would stand in the way, and
 * IF NOT EXISTS would take it for the index that is wanted.
 */
export async function dropInvalid(client: pg.Client, sql: string): Promise<void> {
  const name = made.exec(sql)?.[1];
  if (name === undefined) return;
  const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
  const left = await client.query<{ name: string }>(
    'select indexrelid::regclass::text as name from pg_index join pg_class c on c.oid = indexrelid where not indisvalid and c.relname = $1',
    [plain],
  );
  const [only, ...others] = left.rows;
  if (only !== undefined && others.length === 0) await client.query(`drop index concurrently ${only.name}`);
}

/** The failure with the indexes it left, and how to be rid of them. */
export function withInvalid(failure: Failure, indexes: readonly string[]): Failure {
  if (indexes.length === 0) return failure;
  const drops = indexes.map((name) => `drop index concurrently ${name}`).join('; ');
  return {
    ...failure,
    what: `${failure.what}; an invalid index was left: ${indexes.join(', ')}`,
    fix: `${failure.fix} Before running again: ${drops}.`,
  };
}
