// Drives a migration tool of the repository by its profile: one file at a time where the tool can, watched from a second connection.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import type { ToolProfile } from '../../providers/tools.ts';
import type {
  AppliedFact,
  Clock,
  Command,
  CommandReply,
  DatabaseOptions,
  MigrationFileText,
  MigrationStep,
} from '../../world.ts';
import type { DatabaseUrl } from './connection.ts';
import type { Guard } from './guard.ts';
import { changelogValues, isSameChangeset, noRollback, notNewest, turnOf } from './liquibase.ts';
import { refuseCut, saidBy } from './reply.ts';
import { whileSampling } from './sampler.ts';
import { toolEnvironment, toolUrl } from './tool-environment.ts';
import { installedProgram, nearModules } from './tool-program.ts';
import { barked, longestOf } from './watchdog.ts';

/** What a tool may take beyond its statements: starting, connecting, its own bookkeeping; ms. */
const margin = 60_000;

interface Neighbours {
  readonly guard: Guard;
  readonly url: DatabaseUrl;
  readonly options: DatabaseOptions;
  readonly clock: Clock;
  readonly command: Command;
}

export class ForeignTool {
  readonly #near: Neighbours;
  readonly #profile: ToolProfile;
  #program: readonly string[] | undefined;
  #root: string | undefined;

  constructor(near: Neighbours, profile: ToolProfile) {
    this.#near = near;
    this.#profile = profile;
  }

  /** Ids as our files have them; tools that note the newest alone have applied all before it. */
  async history(): Promise<readonly AppliedFact[]> {
    const { name, historyTable, historySql } = this.#profile;
    if (name === 'command') return this.#askHistory();
    const { guard, options } = this.#near;
    const [table] = await guard.ask<{ there: boolean }>('select to_regclass($1) is not null as there', [historyTable]);
    if (table?.there !== true) return [];
    const rows = await guard.ask<{ id: string; dirty?: boolean }>(historySql);
    const ids = options.ids ?? [];
    if (name === 'alembic' || name === 'golang-migrate') {
      // Alembic notes several while branches are not merged.
      const place = ({ id: theirs }: { id: string }) => ids.findIndex((id) => isSameId(id, theirs));
      const newest = [...rows].sort((a, b) => place(b) - place(a))[0];
      if (newest === undefined) return [];
      const at = place(newest);
      // A version that golang-migrate calls dirty failed half way.
      const end = newest.dirty === true ? at : at + 1;
      return (at < 0 ? [newest.id] : ids.slice(0, end)).map((id) => ({ id, sha256: '' }));
    }
    return rows.map(({ id }) => ({ id: ids.find((own) => isSameId(own, id)) ?? id, sha256: '' }));
  }

  apply(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep> {
    return this.#run(file, this.#profile.apply, signal);
  }

  async revert(file: MigrationFileText, signal: AbortSignal): Promise<MigrationStep> {
    const { revert, noDown, name } = this.#profile;
    const able = name === 'command' ? this.#near.options.commands?.revert !== undefined : revert.length > 0;
    const isStuck = name === 'liquibase' && file.down === undefined;
    if (able && !isStuck) return this.#run(file, revert, signal, true);
    return {
      ...{ kind: 'failed', id: file.id, reason: 'no-down', where: file.path, durationMs: 0 },
      ...{ what: isStuck ? noRollback(file) : noDown, fix: 'Go forward with a new migration.', left: 'as-before' },
    };
  }

  async #run(
    file: MigrationFileText,
    words: readonly string[],
    signal: AbortSignal,
    back = false,
  ): Promise<MigrationStep> {
    const { guard, clock, options } = this.#near;
    await guard.mustHold();
    if (signal.aborted)
      return this.#failed(file, { reason: 'cancelled', what: 'the job was cancelled', left: 'as-before' });
    // A tool that takes everything that is pending has taken this file with an earlier one.
    if (!back && (await this.#has(file.id)) === true) return done(file.id);
    const started = clock.now();
    const watch = {
      ...{
        clock,
        historyTable: this.#profile.historyTable || 'boring_deploys_migrations',
        victimLimitMs: options.victimLimitMs,
      },
      deadline: back ? undefined : started + options.statementTimeoutMs,
    };
    const line = await this.#line(file, words, back).catch(unstarted);
    if (line instanceof Problem)
      return { kind: 'failed', id: file.id, ...line.parts, durationMs: 0, left: 'as-before' };
    const seen = await whileSampling(guard, watch, () => this.#call(file, line));
    const { result, lockMs, blockedMs, locks } = seen;
    // A client that was ended leaves its statement running in Postgres: it is ended too, and rolled back.
    if (result.code !== 0) await guard.endLeftovers();
    const durationMs = clock.now() - started;
    const there = await this.#has(file.id);
    if (there === !back) return { ...done(file.id), durationMs, lockMs: longestOf(locks, lockMs), blockedMs, locks };
    const isOne = ['file', 'changeset', 'script'].includes(this.#profile.transaction) && file.up.transactional;
    const whole = there !== undefined && isOne;
    const what = this.#said(result);
    const failure = {
      reason: /lock timeout/.test(what) ? 'lock-timeout' : result.timedOut ? 'statement-cancelled' : 'migration-failed',
      ...{ what, where: file.path, fix: 'Correct the migration and run again.' },
    };
    return {
      kind: 'failed',
      id: file.id,
      ...barked(failure, seen.cancelled),
      durationMs,
      left: whole ? 'as-before' : 'unknown',
    };
  }

  #has(id: string): Promise<boolean | undefined> {
    return this.history().then(
      (all) => all.some((one) => one.id === id),
      () => undefined,
    );
  }

  async #askHistory(): Promise<readonly AppliedFact[]> {
    const line = this.#near.options.commands?.history ?? '';
    const reply = await this.#call(undefined, line);
    if (reply.code !== 0)
      throw new Problem({
        what: `The command that tells what is applied failed: ${this.#said(reply)}`,
        where: 'migrations.commands.history',
        fix: 'Let it end with code 0 and print the id of each applied migration, one a line.',
        reason: 'history-unreadable',
      });
    refuseCut(reply);
    return reply.stdout.split('\n').flatMap((one) => (one.trim() === '' ? [] : [{ id: one.trim(), sha256: '' }]));
  }

  async #line(file: MigrationFileText, words: readonly string[], back: boolean): Promise<string | readonly string[]> {
    const { options, url } = this.#near;
    if (this.#profile.name === 'command') return (back ? options.commands?.revert : options.commands?.apply) ?? '';
    const root = await this.#workspace();
    const ids = options.ids ?? [];
    const before = ids[ids.indexOf(file.id) - 1];
    const values: Record<string, string> = {
      id: file.id,
      version: file.id.replace(/^V/, ''),
      number: String(Number(file.id)),
      name: basename(file.path),
      path: join(root, file.path),
      dir: join(root, options.directory ?? '.'),
      url: toolUrl(this.#profile.name, url),
      before: before ?? '@ROOT',
      ...changelogValues(root, file.path, options.changelog),
    };
    if (this.#profile.name === 'liquibase') values.count = String(await this.#turn(file, values, back));
    return [...(await this.#find()), ...filledIn(words, values)];
  }

  /** How many changesets Liquibase has to take for this one to be the last of them. */
  async #turn(file: MigrationFileText, values: Readonly<Record<string, string>>, back: boolean): Promise<number> {
    const history = (await this.history()).map(({ id }) => id);
    if (back) {
      if (history.at(-1) !== file.id) throw notNewest(file, history.at(-1));
      return 1;
    }
    const line = [...(await this.#find()), ...filledIn(this.#profile.pending, values)];
    const reply = await this.#call(undefined, line);
    return turnOf(file, { reply, said: this.#said(reply), history });
  }

  async #call(file: MigrationFileText | undefined, line: string | readonly string[]): Promise<CommandReply> {
    const { url, options, guard, command } = this.#near;
    const root = await this.#workspace();
    const folder = await mkdtemp(join(await nearModules(root), '.boring-deploys-'));
    try {
      const directory = join(root, options.directory ?? '.');
      // Knex wants a file of settings; ours keeps the password out of the list of processes.
      await writeFile(
        join(folder, 'knexfile.cjs'),
        `module.exports = { client: 'pg', connection: process.env.DATABASE_URL, migrations: { directory: ${JSON.stringify(directory)} } };\n`,
      );
      const env = toolEnvironment(url, { worker: guard.worker, ...options });
      const told = file === undefined ? {} : { MIGRATION_ID: file.id, MIGRATION_FILE: file.path };
      const words =
        typeof line === 'string' ? line : line.map((word) => word.replace('{settings}', join(folder, 'knexfile.cjs')));
      return await command({ line: words, env: { ...env, ...told }, timeoutMs: options.statementTimeoutMs + margin });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Where commands run: tools that change their own folder need whole paths. */
  async #workspace(): Promise<string> {
    this.#root ??= (await this.#near.command({ line: ['pwd'], timeoutMs: margin })).stdout.trim();
    return this.#root;
  }

  async #find(): Promise<readonly string[]> {
    if (this.#program !== undefined) return this.#program;
    this.#program = await installedProgram(this.#near.command, this.#profile, margin);
    return this.#program;
  }

  #failed(file: MigrationFileText, at: { reason: string; what: string; left: 'as-before' | 'unknown' }): MigrationStep {
    return { kind: 'failed', id: file.id, where: file.path, fix: 'Run it again.', durationMs: 0, ...at };
  }

  /** The line that says what is wrong, without the secrets of the URL. */
  #said(reply: CommandReply): string {
    const { url } = this.#near;
    if (reply.timedOut) return `${this.#profile.name} did not end in time and was ended`;
    return `${this.#profile.name}: ${saidBy(reply, [url.password, url.text])}`;
  }
}

/** What stands against starting the tool at all: nothing was touched. */
function unstarted(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function done(id: string): Extract<MigrationStep, { kind: 'done' }> {
  return { kind: 'done', id, durationMs: 0, rows: undefined, lockMs: 0, blockedMs: 0 };
}

function filledIn(words: readonly string[], values: Readonly<Record<string, string>>): readonly string[] {
  return words.map((word) => word.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole));
}

/** `001` is the version 1 of a tool that keeps numbers. */
function isSameId(own: string, theirs: string): boolean {
  if (own.includes('::')) return isSameChangeset(own, theirs);
  return own === theirs || (/^\d+$/.test(own) && /^\d+$/.test(theirs) && BigInt(own) === BigInt(theirs));
}
