// Runs single statements and keeps what each took: time, rows, and in a rehearsal the locks that no sample is quick enough to see.
import type pg from 'pg';
import type { Clock, StatementFact, StatementText } from '../../world.ts';
import { firstWords, type LockBook } from './sampler.ts';

const changing = ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'];
const weak = [...changing, 'SELECT', 'SET', 'COMMENT'];

const lockQuery = `
  select c.oid::text, case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name, replace(l.mode, 'Lock', '') as mode
  from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
  where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and c.relkind in ('r', 'p', 'm')
    and n.nspname !~ '^(pg_|information_schema$)'
    and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')`;
const tableQuery = "select oid::text from pg_class where relkind in ('r', 'p', 'm')";

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
  /** Tables that were there before: those that the file makes itself are in nobody's way. */
  #there: ReadonlySet<string> | undefined;
  #last: { readonly text: string; readonly from: number } | undefined;
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
    const { clock, path, exact } = this.#at;
    if (exact && inTransaction) this.#there ??= await tablesOf(client);
    const from = clock.now();
    const result = await client.query(statement.sql);
    const rows = changedRows(result);
    this.rows += rows;
    const text = firstWords(statement.sql);
    const durationMs = clock.now() - from;
    this.#facts.push({ path, line: statement.line, text, startMs: from - this.#started, durationMs, rows });
    if (!exact || !inTransaction) return;
    this.#last = { text, from };
    if (!isWeak(result)) await this.#look(client, this.#last);
  }

  /** Before the commit: a lock that a function behind a SELECT or a trigger took is seen here, with the last statement. */
  async settle(client: pg.Client): Promise<void> {
    if (this.#last !== undefined) await this.#look(client, this.#last);
  }

  /** The transaction is over: what it held, it held until now. */
  released(): void {
    for (const { from, ...lock } of this.#held.values())
      this.#at.book.note({ ...lock, heldMs: this.#at.clock.now() - from }, true);
    this.#held.clear();
  }

  async #look(client: pg.Client, { text, from }: { readonly text: string; readonly from: number }): Promise<void> {
    const seen = await client.query<{ oid: string; name: string; mode: string }>(lockQuery);
    for (const { oid, name, mode } of seen.rows) {
      if (this.#there?.has(oid) !== true) continue;
      const key = `${name} ${mode}`;
      if (!this.#held.has(key)) this.#held.set(key, { table: name, mode, statement: text, from });
    }
  }
}

async function tablesOf(client: pg.Client): Promise<ReadonlySet<string>> {
  return new Set((await client.query<{ oid: string }>(tableQuery)).rows.map(({ oid }) => oid));
}

/** Statements that take no lock which keeps others out by themselves: a look after each of thousands would take longer than they do. */
function isWeak(result: pg.QueryResult | readonly pg.QueryResult[]): boolean {
  const all = 'rows' in result ? [result] : result;
  return all.every(({ command }) => weak.includes(command));
}

function changedRows(result: pg.QueryResult | readonly pg.QueryResult[]): number {
  const all = 'rows' in result ? [result] : result;
  return all.reduce((sum, { command, rowCount }) => sum + (changing.includes(command) ? (rowCount ?? 0) : 0), 0);
}
