// MySQL and MariaDB: the tool's own commands apply and revert. No lock is taken for the run there, nothing is sampled, and this is said.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import { plainText } from '../../kit/url-text.ts';
import type {
  AppliedFact,
  CommandReply,
  DatabaseOptions,
  MigrationDatabase,
  MigrationFileText,
  MigrationStep,
} from '../../world.ts';
import type { Around } from './around.ts';
import { cutWords, refuseCut } from './reply.ts';

const margin = 60_000;
const dbmate = ['node_modules/.bin/dbmate', 'dbmate'];

/** True for a URL of MySQL or MariaDB. */
export function isUnwatched(url: string): boolean {
  return /^(mysql|mariadb):\/\//.test(url);
}

/** Serves `MigrationDatabase` for the tools `dbmate` and `command`. Throws a Problem for another tool. */
export function createUnwatched(options: DatabaseOptions, around: Around): MigrationDatabase {
  const name = options.url.startsWith('mariadb') ? 'MariaDB' : 'MySQL';
  if (options.tool !== 'dbmate' && options.tool !== 'command')
    throw new Problem({
      what: `${name} is migrated by dbmate or by commands of your own, not by ${options.tool}`,
      where: 'input tool',
      fix: 'Give tool: dbmate, or tool: command with migrations.commands.',
      reason: 'tool-unsupported',
    });
  const at: Task = { options, around, where: new URL(options.url).host || 'localhost' };
  return {
    open: async () => undefined,
    history: () => historyOf(at),
    apply: (file, signal) => run(at, file, { back: false, signal }),
    revert: (file, signal) => run(at, file, { back: true, signal }),
    again: () => Promise.reject(unable(`A rehearsal on ${name}`)),
    catalogue: () => Promise.reject(unable(`A rehearsal on ${name}`)),
    contents: () => Promise.reject(unable(`A rehearsal on ${name}`)),
    value: () => Promise.reject(unable(`A validation query on ${name}`)),
    version: async () => `${name} by ${options.tool}: no lock of this run, locks not measured`,
    sight: async () =>
      `On ${name} nothing is sampled: locks and waits are not measured, no other run is kept out, and nobody is watched over; lock-ms and blocked-ms say nothing there`,
    cancelLeftovers: async () => 0,
    close: async () => undefined,
  };
}

interface Task {
  readonly options: DatabaseOptions;
  readonly around: Around;
  readonly where: string;
}

async function historyOf(at: Task): Promise<readonly AppliedFact[]> {
  const { options } = at;
  const command = options.tool === 'command';
  const reply = command
    ? await call(at, options.commands?.history ?? '', {})
    : await call(
        at,
        [...(await program(at)), '--no-dump-schema', '--migrations-dir', options.directory ?? '', 'status'],
        {},
      );
  if (reply.code !== 0)
    throw new Problem({
      what: `What is applied cannot be read: ${said(at, reply)}`,
      where: at.where,
      fix: 'Check database-url, and that this runner may reach the server.',
      reason: 'history-unreadable',
    });
  refuseCut(reply);
  const lines = reply.stdout.split('\n').map((line) => line.trim());
  const ids = command
    ? lines.filter((line) => line !== '')
    : lines.flatMap((line) => /^\[X\] (\d+)/.exec(line)?.[1] ?? []);
  return ids.map((id) => ({ id, sha256: '' }));
}

async function run(
  at: Task,
  file: MigrationFileText,
  { back, signal }: { readonly back: boolean; readonly signal: AbortSignal },
): Promise<MigrationStep> {
  const { options, around } = at;
  const noWay = { kind: 'failed', id: file.id, where: file.path, durationMs: 0, left: 'as-before' } as const;
  if (signal.aborted) return { ...noWay, reason: 'cancelled', what: 'the job was cancelled', fix: 'Run it again.' };
  if (back && options.tool === 'command' && options.commands?.revert === undefined)
    return { ...noWay, reason: 'no-down', what: 'migrations.commands has no revert', fix: 'Write it, or go forward.' };
  const started = around.clock.now();
  const reply = options.tool === 'command' ? await byCommand(at, file, back) : await byDbmate(at, file, back);
  const durationMs = around.clock.now() - started;
  const there = await historyOf(at).then(
    (all) => all.some(({ id }) => id === file.id),
    () => undefined,
  );
  if (there === !back) return { kind: 'done', id: file.id, durationMs, rows: undefined, lockMs: 0, blockedMs: 0 };
  // These servers commit at every DDL statement: what stood before the one that failed stays.
  const fix =
    'Look which of its statements went in (each DDL statement commits by itself), correct the file and run again.';
  return { ...noWay, reason: 'migration-failed', what: said(at, reply), fix, durationMs, left: 'unknown' };
}

function byCommand(at: Task, file: MigrationFileText, back: boolean): Promise<CommandReply> {
  const { commands } = at.options;
  const line = (back ? commands?.revert : commands?.apply) ?? '';
  return call(at, line, { MIGRATION_ID: file.id, MIGRATION_FILE: file.path });
}

/** dbmate takes whatever is pending in its directory: it gets a directory with this one file. */
async function byDbmate(at: Task, file: MigrationFileText, back: boolean): Promise<CommandReply> {
  const folder = await mkdtemp(join(tmpdir(), 'boring-deploys-dbmate-'));
  try {
    await writeFile(join(folder, basename(file.path)), file.text);
    const words = ['--no-dump-schema', '--migrations-dir', folder, back ? 'rollback' : 'migrate'];
    return await call(at, [...(await program(at)), ...words], {});
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function call(
  { options, around }: Task,
  line: string | readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<CommandReply> {
  const env = { DATABASE_URL: options.url, ...more };
  return around.command({ line, env, timeoutMs: options.statementTimeoutMs + margin });
}

async function program({ around }: Task): Promise<readonly string[]> {
  for (const one of dbmate)
    if ((await around.command({ line: [one, '--version'], timeoutMs: margin })).code === 0) return [one];
  throw new Problem({
    what: 'The migrations are for dbmate, and dbmate is not installed',
    where: dbmate.join(', '),
    fix: 'Install it before this step (npm ci with dbmate among the dependencies, or its release binary on PATH).',
    reason: 'tool-missing',
  });
}

function said({ options }: Task, reply: CommandReply): string {
  const secret = plainText(new URL(options.url).password);
  const lines = redact(`${reply.stderr}\n${reply.stdout}`, [secret, options.url]).split('\n');
  const line = lines.find((one) => /error/i.test(one)) ?? lines.find((one) => one.trim() !== '') ?? '';
  return `${options.tool}: ${line.trim().slice(0, 400) || `it ended with code ${reply.code}`}${cutWords(reply)}`;
}

function unable(what: string): Problem {
  return new Problem({
    what: `${what} is not possible: only Postgres is looked into`,
    where: 'input database-url',
    fix: 'Take it out of the policy for this environment, or check by a step of your own.',
    reason: 'postgres-only',
  });
}
