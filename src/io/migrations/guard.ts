// The connection that watches over a migration: it holds the advisory lock, reads the history, and ends what outlived its job.
import type pg from 'pg';
import { sha256 } from '../../kit/digest.ts';
import { Problem } from '../../kit/problem.ts';
import type { Clock, DatabaseOptions } from '../../world.ts';
import { connect, connectionProblem, type DatabaseUrl, disconnect } from './connection.ts';
import { direct, refusePooler } from './pooler.ts';

/** Advisory locks are known by a number: the first 64 bits of the digest of our name. One for all tools, so that they wait for each other. */
export const lockKey = BigInt.asIntN(64, BigInt(`0x${sha256('boring-deploys migrate').slice(0, 16)}`)).toString();

/** Postgres cuts longer application names. */
const nameLimit = 63;
/** Time between two looks for the lock, and for sessions to be gone, ms. */
const pause = 250;
const patience = 5_000;

const holderQuery = `
  select l.pid, a.application_name as name, a.state, a.backend_start as since, l.pid = pg_backend_pid() as ours
  from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.objsubid = 1
    and (l.classid::int8 << 32) | l.objid::int8 = $1
    and l.database = (select oid from pg_database where datname = current_database())`;

// While we hold the lock nobody else of us may be at work: any session with our name is what a dead run left behind.
const leftoverQuery = `
  from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
    and (application_name = $1 or ($2 and application_name like 'boring-deploys migrate %'))`;

export class Guard {
  readonly worker: string;
  readonly #own: string;
  readonly #url: DatabaseUrl;
  readonly #options: DatabaseOptions;
  readonly #clock: Clock;
  #client: pg.Client | undefined;
  #locked = false;

  constructor(url: DatabaseUrl, options: DatabaseOptions, clock: Clock) {
    this.#url = url;
    this.#options = options;
    this.#clock = clock;
    this.worker = `boring-deploys migrate ${options.session}`.slice(0, nameLimit);
    this.#own = `boring-deploys lock ${options.session}`.slice(0, nameLimit);
  }

  /** Rows of a query on the guard's connection, which is made on first use. */
  async ask<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    this.#client ??= await connect(this.#url, this.#own);
    return (await this.#client.query<Row>(sql, [...values])).rows;
  }

  /**
   * Takes the advisory lock. It is tried again and again and never waited for inside Postgres: a session that waits there holds a
   * snapshot, for which a CREATE INDEX CONCURRENTLY of the holder would wait in turn. `told` hears once who is waited for. Throws a
   * Problem before anything is locked for a pooler in between and for a database that takes no writes.
   */
  async lock(signal: AbortSignal, told?: (line: string) => void): Promise<void> {
    await refusePooler(this.#url, () => this.#pid(), this.#own);
    await this.#refuseReadOnly();
    const until = this.#clock.now() + this.#options.waitMs;
    for (let waits = false; ; waits = true) {
      const [taken] = await this.ask<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lockKey]);
      if (taken?.got === true) break;
      const who = await this.#holder();
      if (signal.aborted || this.#clock.now() >= until) throw heldByOther(who, this.#url, signal.aborted);
      if (!waits) told?.(`Waits for the migration lock, which is held by ${who.words}.`);
      await this.#clock.sleep(pause, signal);
    }
    this.#locked = true;
    await this.mustHold();
  }

  /** Throws a Problem when the lock is no longer ours: the connection broke, or a pooler gave our session away. */
  async mustHold(): Promise<void> {
    const holders = await this.ask<{ ours: boolean }>(holderQuery, [lockKey]).catch((error) => {
      throw connectionProblem(error, this.#url);
    });
    if (holders.some(({ ours }) => ours)) return;
    throw lockLost(this.#url);
  }

  async #pid(): Promise<number> {
    const [row] = await this.ask<{ pid: number }>('select pg_backend_pid() as pid');
    return row?.pid ?? 0;
  }

  async #refuseReadOnly(): Promise<void> {
    const [row] = await this.ask<{ standby: boolean; only: string }>(
      "select pg_is_in_recovery() as standby, current_setting('transaction_read_only') as only",
    );
    if (row?.standby === true)
      throw readOnly(this.#url, 'it is a hot standby, which only repeats what its primary does');
    if (row?.only === 'on') throw readOnly(this.#url, 'default_transaction_read_only is on for this role or database');
  }

  /** Ends sessions that outlived their job and waits until Postgres has rolled them back. */
  async endLeftovers(): Promise<number> {
    const values = [this.worker, this.#locked];
    const ended = await this.ask(`select pg_terminate_backend(pid) ${leftoverQuery}`, values);
    const until = this.#clock.now() + patience;
    while (ended.length > 0 && this.#clock.now() < until) {
      if ((await this.ask(`select pid ${leftoverQuery}`, values)).length === 0) break;
      await this.#clock.sleep(pause);
    }
    return ended.length;
  }

  /** Cancels what one backend is running now. */
  async cancel(pid: number): Promise<void> {
    await this.ask('select pg_cancel_backend($1)', [pid]);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#locked = false;
    await disconnect(client);
  }

  async #holder(): Promise<Holder> {
    const [found] = await this.ask<{ pid: number; name: string; state: string; since: Date }>(holderQuery, [lockKey]);
    if (found === undefined) return { pid: undefined, words: 'another run, which has just ended' };
    const { pid, name, state, since } = found;
    const connected = since === null ? '' : `, connected since ${since.toISOString()}`;
    return { pid, words: `"${name}" (pid ${pid}${state === null ? '' : `, ${state}`}${connected})` };
  }
}

interface Holder {
  readonly pid: number | undefined;
  readonly words: string;
}

function heldByOther({ pid, words }: Holder, { place }: DatabaseUrl, cancelled: boolean): Problem {
  return new Problem({
    what: cancelled
      ? `Cancelled while waiting for the migration lock held by ${words}`
      : `Another migration is running: the lock is held by ${words}`,
    where: place,
    fix: `Wait for it and run again; if it is dead, end it with select pg_terminate_backend(${pid ?? 'pid'}).`,
    reason: cancelled ? 'cancelled' : 'locked',
  });
}

function lockLost({ place }: DatabaseUrl): Problem {
  const what = 'The advisory lock that keeps other runs out is gone';
  return new Problem({ what, where: place, fix: direct, reason: 'lock-lost' });
}

function readOnly({ place }: DatabaseUrl, because: string): Problem {
  return new Problem({
    what: `The database takes no writes: ${because}. Nothing was migrated`,
    where: place,
    fix: 'Give the primary in database-url, and a role that may write there.',
    reason: 'read-only',
  });
}
