// The connection that watches over a migration: it holds the advisory lock, reads the history, and ends what outlived its job.
import type pg from 'pg';
import { sha256 } from '../../kit/digest.ts';
import { Problem } from '../../kit/problem.ts';
import type { Clock, DatabaseOptions } from '../../world.ts';
import { connect, connectionProblem, type DatabaseUrl, disconnect } from './connection.ts';

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
   * snapshot, for which a CREATE INDEX CONCURRENTLY of the holder would wait in turn.
   */
  async lock(signal: AbortSignal): Promise<void> {
    const until = this.#clock.now() + this.#options.waitMs;
    for (;;) {
      const [taken] = await this.ask<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lockKey]);
      if (taken?.got === true) break;
      if (signal.aborted || this.#clock.now() >= until) throw await this.#heldByOther(signal.aborted);
      await this.#clock.sleep(pause, signal);
    }
    this.#locked = true;
    await this.mustHold();
    await this.#refusePooler();
  }

  /** Throws a Problem when the lock is no longer ours: the connection broke, or a pooler gave our session away. */
  async mustHold(): Promise<void> {
    const holders = await this.ask<{ ours: boolean }>(holderQuery, [lockKey]).catch((error) => {
      throw connectionProblem(error, this.#url);
    });
    if (holders.some(({ ours }) => ours)) return;
    throw lockLost(this.#url);
  }

  /** Two connections on one backend: a pooler hands sessions out by the transaction, and whoever gets ours next has our lock. */
  async #refusePooler(): Promise<void> {
    const [ours] = await this.ask<{ pid: number }>('select pg_backend_pid() as pid');
    const other = await connect(this.#url, this.#own);
    try {
      const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
      if (rows[0]?.pid !== ours?.pid) return;
      await this.ask('select pg_advisory_unlock($1)', [lockKey]);
    } finally {
      await disconnect(other);
    }
    throw poolerInBetween(this.#url);
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

  async #heldByOther(cancelled: boolean): Promise<Problem> {
    const [holder] = await this.ask<{ pid: number; name: string; state: string; since: Date }>(holderQuery, [lockKey]);
    const who =
      holder === undefined
        ? 'another run, which has just ended'
        : `"${holder.name}" (pid ${holder.pid}, ${holder.state ?? 'state unknown'}, connected since ${holder.since?.toISOString() ?? 'unknown'})`;
    return new Problem({
      what: cancelled
        ? `Cancelled while waiting for the migration lock held by ${who}`
        : `Another migration is running: the lock is held by ${who}`,
      where: this.#url.place,
      fix: `Wait for it and run again; if it is dead, end it with select pg_terminate_backend(${holder?.pid ?? 'pid'}).`,
      reason: cancelled ? 'cancelled' : 'locked',
    });
  }
}

const direct =
  'Give a database-url that leads to Postgres itself, or to a pooler in session mode: in transaction mode a session cannot hold a lock.';

function lockLost({ place }: DatabaseUrl): Problem {
  const what = 'The advisory lock that keeps other runs out is gone';
  return new Problem({ what, where: place, fix: direct, reason: 'lock-lost' });
}

function poolerInBetween({ place }: DatabaseUrl): Problem {
  const what = 'A pooler in transaction mode stands before the database';
  return new Problem({ what, where: place, fix: direct, reason: 'pooler' });
}
