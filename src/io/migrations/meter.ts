// Runs single statements and keeps what each took: time, rows, and in a rehearsal the locks that no sample is quick enough to see.
import type pg from 'pg';
import type { Clock, StatementFact, StatementText } from '../../world.ts';
import { firstWords, type LockBook } from './sampler.ts';

const changing = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'];

// Tables this transaction made itself are in nobody's way.
const lockQuery = `
  select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name, replace(l.mode, 'Lock', '') as mode
  from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
  where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and c.relkind in ('r', 'p', 'm')
    and n.nspname !~ '^(pg_|information_schema$)' and c.xmin <> (pg_current_xact_id_if_assigned()::text::int8 % 4294967296)::text::xid
    and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')`;

export interface Measuring {
  readonly clock: Clock;
  readonly book: LockBook;
  readonly path: string;
  /** Ask for the locks after each statement: a rehearsal's, where a round trip more harms nobody. */
  readonly exact: boolean;
}

export class Meter {
  readonly #at: Measuring;
  readonly #started: number;
  readonly #facts: StatementFact[] = [];
  readonly #held = new Map<
    string,
    { readonly table: string; readonly mode: string; readonly statement: string; readonly from: number }
  >();
  rows = 0;

  constructor(at: Measuring) {
    this.#at = at;
    this.#started = at.clock.now();
  }

  get facts(): readonly StatementFact[] {
    return this.#facts;
  }

  /** Runs one statement. Throws what Postgres throws. */
  async run(client: pg.Client, statement: StatementText, inTransaction: boolean): Promise<void> {
    const { clock, path } = this.#at;
    const from = clock.now();
    const rows = changedRows(await client.query(statement.sql));
    this.rows += rows;
    const text = firstWords(statement.sql);
    const durationMs = clock.now() - from;
    this.#facts.push({ path, line: statement.line, text, startMs: from - this.#started, durationMs, rows });
    if (this.#at.exact && inTransaction) await this.#look(client, { text, from });
  }

  /** The transaction is over: what it held, it held until now. */
  released(): void {
    for (const { from, ...lock } of this.#held.values())
      this.#at.book.note({ ...lock, heldMs: this.#at.clock.now() - from });
    this.#held.clear();
  }

  async #look(client: pg.Client, { text, from }: { readonly text: string; readonly from: number }): Promise<void> {
    const seen = await client.query<{ name: string; mode: string }>(lockQuery);
    for (const { name, mode } of seen.rows) {
      const key = `${name} ${mode}`;
      if (!this.#held.has(key)) this.#held.set(key, { table: name, mode, statement: text, from });
    }
  }
}

function changedRows(result: pg.QueryResult | readonly pg.QueryResult[]): number {
  const all = 'rows' in result ? [result] : result;
  return all.reduce((sum, { command, rowCount }) => sum + (changing.includes(command) ? (rowCount ?? 0) : 0), 0);
}
