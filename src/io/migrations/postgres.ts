// The plain-sql tool: runs the statements of a file on Postgres, in one transaction with its line in the history table.
import type pg from 'pg';
import type {
  AppliedFact,
  Clock,
  DatabaseOptions,
  MigrationFileText,
  MigrationScript,
  MigrationStep,
  StatementFact,
  StatementText,
} from '../../world.ts';
import { connect, type DatabaseUrl, disconnect } from './connection.ts';
import { type Failure, failureOf, isLost } from './failure.ts';
import type { Guard } from './guard.ts';
import {
  ensureHistory,
  isApplied,
  noteApplied,
  noteProgress,
  noteReverted,
  progressOf,
  readHistory,
} from './history.ts';
import { dropInvalid, invalidIndexes, withInvalid } from './invalid-index.ts';
import { Meter } from './meter.ts';
import { type LockBook, whileSampling } from './sampler.ts';
import { barked, longestOf } from './watchdog.ts';

/** Tries of a file that could not get a lock in time, and the first pause between them, ms; it doubles each time. */
const lockTries = 4;
const firstPause = 500;
/** A cancelled job has 10 s until the runner kills it: the running file gets these ms to end by itself. */
const grace = 4_000;

type Way = 'up' | 'down';

interface Neighbours {
  readonly guard: Guard;
  readonly url: DatabaseUrl;
  readonly options: DatabaseOptions;
  readonly clock: Clock;
}

export class PlainSql {
  readonly #near: Neighbours;
  #deadline: number | undefined;

  constructor(near: Neighbours) {
    this.#near = near;
  }

  history(): Promise<readonly AppliedFact[]> {
    return readHistory(this.#near.guard);
  }

  apply(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep> {
    return this.#run(file, file.up, 'up', signal);
  }

  async revert(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep> {
    if (file.down !== undefined) return this.#run(file, file.down, 'down', signal);
    return {
      kind: 'failed',
      id: file.id,
      reason: 'no-down',
      what: `${file.id} has no down: nothing says how to revert it`,
      where: file.path,
      fix: 'Write the reverting statements by hand, or go forward with a new migration.',
      durationMs: 0,
      left: 'as-before',
    };
  }

  async #run(file: MigrationFileText, script: MigrationScript, way: Way, signal: AbortSignal): Promise<MigrationStep> {
    const { guard, clock, options } = this.#near;
    await guard.mustHold();
    const table = await ensureHistory(guard);
    const started = clock.now();
    this.#deadline ??= started + options.statementTimeoutMs;
    // The way back is not cut short because the way there took long.
    const deadline = way === 'up' ? this.#deadline : undefined;
    const watch = { clock, historyTable: table, victimLimitMs: options.victimLimitMs, deadline };
    const seen = await whileSampling(guard, watch, (book) => this.#tries({ file, script, way, table, signal, book }));
    const durationMs = clock.now() - started;
    const { result, lockMs, blockedMs, locks } = seen;
    if (result.kind === 'done') {
      const { rows, statements } = result;
      return {
        kind: 'done',
        id: file.id,
        durationMs,
        rows,
        lockMs: longestOf(locks, lockMs),
        blockedMs,
        locks,
        statements,
      };
    }
    const { reason, what, where, fix } = barked(result.failure, seen.cancelled);
    return { kind: 'failed', id: file.id, reason, what, where, fix, durationMs, left: result.left };
  }

  /** A lock that did not come in time is asked for again, but only where the whole file was rolled back. */
  async #tries(task: Task): Promise<Ended> {
    for (let attempt = 1; ; attempt += 1) {
      const ended = await this.#once(task);
      const again =
        ended.kind === 'failed' &&
        ended.failure.code === '55P03' &&
        ended.left === 'as-before' &&
        task.script.transactional;
      if (!again || attempt === lockTries || task.signal.aborted) return ended;
      await this.#near.clock.sleep(firstPause * 2 ** (attempt - 1), task.signal);
    }
  }

  async #once(task: Task): Promise<Ended> {
    const { url, guard, options } = this.#near;
    const client = await connect(url, guard.worker);
    const done = new AbortController();
    try {
      const settings = `select set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false), pg_backend_pid() as pid`;
      const [row] = (
        await client.query<{ pid: number }>(settings, [
          String(options.lockTimeoutMs),
          String(options.statementTimeoutMs),
        ])
      ).rows;
      this.#cancelLater(row?.pid, task.signal, done.signal);
      return await (task.script.transactional ? this.#inOne(client, task) : this.#oneByOne(client, task));
    } finally {
      done.abort();
      await disconnect(client);
    }
  }

  async #inOne(client: pg.Client, task: Task): Promise<Ended> {
    const started = this.#near.clock.now();
    let at: StatementText | undefined;
    const meter = this.#meter(task);
    try {
      await client.query('begin');
      for (at of task.script.statements) await meter.run(client, at, true);
      at = undefined;
      await meter.settle(client);
      await this.#note(client, task, started);
      const end = await client.query('commit');
      // Postgres answers COMMIT with ROLLBACK when the transaction had failed before.
      if (end.command !== 'COMMIT') throw new Error('Postgres rolled the transaction back instead of committing it');
      meter.released();
      return { kind: 'done', rows: meter.rows, statements: meter.facts };
    } catch (error) {
      if (isLost(error) && at === undefined) return this.#afterLostCommit(task, meter, error);
      await client.query('rollback').catch(() => undefined);
      return { kind: 'failed', failure: this.#failure(error, task, at), left: 'as-before' };
    }
  }

  /** The connection broke while committing: only the history can tell whether it went in. */
  async #afterLostCommit(task: Task, { rows, facts }: Meter, error: unknown): Promise<Ended> {
    const failure = this.#failure(error, task, undefined);
    const applied = await isApplied(this.#near.guard, task.table, task.file.id).catch(() => undefined);
    if (applied === undefined) return { kind: 'failed', failure, left: 'unknown' };
    return applied === (task.way === 'up')
      ? { kind: 'done', rows, statements: facts }
      : { kind: 'failed', failure, left: 'as-before' };
  }

  /** Each statement stands by itself; what is done is noted, so that the next run goes on behind it. */
  async #oneByOne(client: pg.Client, task: Task): Promise<Ended> {
    const { options, clock } = this.#near;
    const started = clock.now();
    const begun = task.way === 'up' ? await progressOf(client, task.table, task.file) : undefined;
    const invalid = await invalidIndexes(client);
    let done = begun ?? 0;
    const meter = this.#meter(task);
    let at: StatementText | undefined;
    try {
      for (at of task.script.statements.slice(done)) {
        if (task.way === 'up')
          await noteProgress(client, task.table, task.file, { run: options.session, statements: done });
        await client.query("select set_config('lock_timeout', $1, false)", [lockTimeoutFor(at, options)]);
        if (done === begun) await dropInvalid(client, at.sql);
        await meter.run(client, at, false);
        done += 1;
      }
      at = undefined;
      await this.#note(client, task, started);
      return { kind: 'done', rows: meter.rows, statements: meter.facts };
    } catch (error) {
      if (task.way === 'up')
        await noteProgress(client, task.table, task.file, { run: options.session, statements: done }).catch(
          () => undefined,
        );
      const broken = (await invalidIndexes(client).catch(() => [])).filter((name) => !invalid.includes(name));
      const failure = withInvalid(this.#failure(error, task, at), broken);
      if (isLost(error)) return { kind: 'failed', failure, left: 'unknown' };
      return { kind: 'failed', failure, left: done === 0 && broken.length === 0 ? 'as-before' : 'half-done' };
    }
  }

  async #note(client: pg.Client, { way, table, file }: Task, started: number): Promise<void> {
    const { options, clock } = this.#near;
    if (way === 'down') return noteReverted(client, table, file);
    await noteApplied(client, table, file, { run: options.session, durationMs: clock.now() - started });
  }

  #meter({ script, book }: Task): Meter {
    const { clock, options } = this.#near;
    return new Meter({ clock, book, path: script.path, exact: options.exactLocks === true });
  }

  #failure(error: unknown, { script }: Task, statement: StatementText | undefined): Failure {
    return failureOf(error, { path: script.path, statement, secrets: [this.#near.url.password] });
  }

  /** When the job is cancelled the file may end by itself; what still runs after the grace is cancelled in Postgres. */
  #cancelLater(pid: number | undefined, cancelled: AbortSignal, done: AbortSignal): void {
    const begin = (): void => {
      void this.#near.clock.sleep(grace, done).then(async () => {
        if (!done.aborted && pid !== undefined) await this.#near.guard.cancel(pid).catch(() => undefined);
      });
    };
    if (cancelled.aborted) begin();
    cancelled.addEventListener('abort', begin, { once: true });
    done.addEventListener('abort', () => cancelled.removeEventListener('abort', begin), { once: true });
  }
}

interface Task {
  readonly file: MigrationFileText;
  readonly script: MigrationScript;
  readonly way: Way;
  readonly table: string;
  readonly signal: AbortSignal;
  readonly book: LockBook;
}

type Ended =
  | { readonly kind: 'done'; readonly rows: number; readonly statements: readonly StatementFact[] }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly left: 'as-before' | 'half-done' | 'unknown' };

/** CONCURRENTLY waits for old transactions while nobody waits for it; ended early it would leave an invalid index. */
function lockTimeoutFor({ sql }: StatementText, { lockTimeoutMs }: DatabaseOptions): string {
  return /\bconcurrently\b/i.test(sql) ? '0' : String(lockTimeoutMs);
}
