// The dbmate tool: the user's own binary applies and reverts, one chosen file at a time, and keeps its own history table.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import type {
  AppliedFact,
  Clock,
  Command,
  CommandReply,
  DatabaseOptions,
  MigrationFileText,
  MigrationStep,
} from '../../world.ts';
import { type DatabaseUrl, withParameters } from './connection.ts';
import type { Guard } from './guard.ts';
import { cutWords } from './reply.ts';
import { whileSampling } from './sampler.ts';
import { barked } from './watchdog.ts';

const historyTable = 'schema_migrations';
/** Where the binary may be: the repository's own first. */
const places = ['node_modules/.bin/dbmate', 'dbmate'];
/** What dbmate may take beyond its statements: starting, connecting, its own bookkeeping; ms. */
const margin = 30_000;

interface Neighbours {
  readonly guard: Guard;
  readonly url: DatabaseUrl;
  readonly options: DatabaseOptions;
  readonly clock: Clock;
  readonly command: Command;
}

export class Dbmate {
  readonly #near: Neighbours;
  #program: string | undefined;

  constructor(near: Neighbours) {
    this.#near = near;
  }

  /** The versions in `schema_migrations`, in order; dbmate keeps no digests. */
  async history(): Promise<readonly AppliedFact[]> {
    const { guard } = this.#near;
    const [table] = await guard.ask<{ there: boolean }>('select to_regclass($1) is not null as there', [historyTable]);
    if (table?.there !== true) return [];
    return guard.ask<AppliedFact>(`select version as id, '' as sha256 from ${historyTable} order by version`);
  }

  apply(file: MigrationFileText): Promise<MigrationStep> {
    return this.#run(file, 'migrate', true);
  }

  revert(file: MigrationFileText): Promise<MigrationStep> {
    return this.#run(file, 'rollback', false);
  }

  async #run(file: MigrationFileText, verb: 'migrate' | 'rollback', applied: boolean): Promise<MigrationStep> {
    const { guard, clock, options } = this.#near;
    await guard.mustHold();
    const program = await this.#find();
    const started = clock.now();
    const deadline = applied ? started + options.statementTimeoutMs : undefined;
    const watch = { clock, historyTable, victimLimitMs: options.victimLimitMs, deadline };
    const seen = await whileSampling(guard, watch, () => this.#call(program, file, verb));
    const { result, lockMs, blockedMs, locks } = seen;
    // A client that was ended leaves its statement running in Postgres: it is ended too, and rolled back.
    if (result.code !== 0) await guard.endLeftovers();
    const durationMs = clock.now() - started;
    const there = await this.history().then(
      (all) => all.some(({ id }) => id === file.id),
      () => undefined,
    );
    if (there === applied) return { kind: 'done', id: file.id, durationMs, rows: undefined, lockMs, blockedMs, locks };
    const script = applied ? file.up : file.down;
    const whole = script?.transactional === true && there !== undefined;
    return {
      kind: 'failed',
      id: file.id,
      ...barked(this.#failure(file, result), seen.cancelled),
      durationMs,
      left: whole ? 'as-before' : 'unknown',
    };
  }

  /** dbmate takes whatever is pending in its directory: it gets a directory with this one file. */
  async #call(program: string, file: MigrationFileText, verb: string): Promise<CommandReply> {
    const { url, options, guard, command } = this.#near;
    const folder = await mkdtemp(join(tmpdir(), 'boring-deploys-dbmate-'));
    try {
      await writeFile(join(folder, basename(file.path)), file.text);
      const words = ['--no-dump-schema', '--migrations-table', historyTable, '--migrations-dir', folder, verb];
      const parameters = {
        application_name: guard.worker,
        lock_timeout: String(options.lockTimeoutMs),
        statement_timeout: String(options.statementTimeoutMs),
      };
      return await command({
        line: [program, ...words],
        env: { DATABASE_URL: withParameters(url, parameters) },
        timeoutMs: options.statementTimeoutMs + margin,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #find(): Promise<string> {
    if (this.#program !== undefined) return this.#program;
    for (const program of places) {
      const reply = await this.#near.command({ line: [program, '--version'], timeoutMs: margin });
      if (reply.code !== 0) continue;
      this.#program = program;
      return program;
    }
    throw new Problem({
      what: 'The migrations are for dbmate, and dbmate is not installed',
      where: places.join(', '),
      fix: 'Install it before this step (npm ci with dbmate among the dependencies, or its release binary on PATH), or set tool: plain-sql.',
      reason: 'tool-missing',
    });
  }

  #failure(file: MigrationFileText, reply: CommandReply): { reason: string; what: string; where: string; fix: string } {
    const said = redact(`${reply.stderr}\n${reply.stdout}`, [this.#near.url.password, this.#near.url.text]);
    const line = said.split('\n').find((one) => one.startsWith('Error:')) ?? said.trim().split('\n').at(-1) ?? '';
    const place = /line: (\d+), column: (\d+), position: \d+: /.exec(line);
    const what = line.replace(/^Error: /, '').replace(place?.[0] ?? '', '');
    return {
      reason: /lock timeout/.test(what) ? 'lock-timeout' : reply.timedOut ? 'statement-cancelled' : 'migration-failed',
      what: reply.timedOut
        ? `dbmate was ended after ${Math.round((this.#near.options.statementTimeoutMs + margin) / 1000)} s`
        : `dbmate: ${what || `it ended with code ${reply.code} and applied nothing`}${cutWords(reply)}`,
      where: place === null ? file.path : `${file.path}:${place[1]}:${place[2]}`,
      fix: /lock timeout/.test(what)
        ? 'Run again at a quieter time, or raise migrations.limits.lock-timeout.'
        : 'Correct the file and run again.',
    };
  }
}
