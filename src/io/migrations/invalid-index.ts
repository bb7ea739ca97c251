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
