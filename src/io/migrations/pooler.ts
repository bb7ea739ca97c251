// Finds a pooler that hands sessions out by the transaction: what we set or lock there belongs to whoever gets the session next.
import { Problem } from '../../kit/problem.ts';
import { connect, type DatabaseUrl, disconnect } from './connection.ts';

export const direct =
  'Give a database-url that leads to Postgres itself, or to a pooler in session mode (another port or host at most providers): in transaction mode a session cannot hold a lock.';

/**
 * Throws a Problem when two connections have been on one backend, or ours is on another one than before while a transaction of the
 * other is open. `ours` asks for the backend of the connection that will hold the lock.
 */
export async function refusePooler(url: DatabaseUrl, ours: () => Promise<number>, name: string): Promise<void> {
  const first = await ours();
  const other = await connect(url, name);
  try {
    await other.query('begin');
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
    if (rows[0]?.pid === first || (await ours()) !== first) throw inBetween(url);
  } finally {
    await disconnect(other);
  }
}

function inBetween({ place }: DatabaseUrl): Problem {
  return new Problem({
    what: 'A pooler in transaction mode, such as pgbouncer, stands before the database',
    where: place,
    fix: direct,
    reason: 'pooler',
  });
}
