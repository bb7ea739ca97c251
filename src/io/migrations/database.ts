// The migration database: one guard with the advisory lock, and behind it the tool that applies and reverts.
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import { profileOf, toolProfiles, tools } from '../../providers/tools.ts';
import type { DatabaseOptions, MigrationDatabase, MigrationFileText, MigrationStep } from '../../world.ts';
import type { Around } from './around.ts';
import { readCatalogue, readContents } from './catalogue.ts';
import { connectionProblem, type DatabaseUrl, readDatabaseUrl } from './connection.ts';
import { Dbmate } from './dbmate.ts';
import { failureOf } from './failure.ts';
import { ForeignTool } from './foreign-tool.ts';
import { Guard } from './guard.ts';
import { PlainSql } from './postgres.ts';
import { rerun } from './rerun.ts';
import { sightOf } from './sight.ts';
import { createUnwatched, isUnwatched } from './unwatched.ts';

/** What tools write down for themselves is no part of anybody's schema. */
const historyTables = toolProfiles.map(({ historyTable }) => historyTable).filter((name) => name !== '');

/** Serves `MigrationDatabase` for every tool. Throws a Problem for another tool and for what is no Postgres URL. */
export function createMigrationDatabase(options: DatabaseOptions, { command, clock }: Around): MigrationDatabase {
  if (isUnwatched(options.url)) return createUnwatched(options, { command, clock });
  const url = readDatabaseUrl(options.url);
  const guard = new Guard(url, options, clock);
  const tool = toolOf(options.tool, { guard, url, options, clock, command });
  return {
    open: (signal, line) => told(url, () => guard.lock(signal, line)),
    history: () => told(url, () => tool.history().catch((error) => historyRefused(error, url))),
    apply: (file, signal) => stepOf(file, url, () => tool.apply(file, signal)),
    revert: (file, signal) => stepOf(file, url, () => tool.revert(file, signal)),
    again: (file) => rerun({ guard, url, options }, file),
    catalogue: () => told(url, () => readCatalogue((sql, values) => guard.ask(sql, values), historyTables)),
    contents: () => told(url, () => readContents((sql, values) => guard.ask(sql, values), historyTables)),
    value: (sql) => firstValue(guard, url, { sql, timeoutMs: options.statementTimeoutMs }),
    version: async () => {
      const [row] = await told(url, () => guard.ask<{ server_version: string }>('show server_version'));
      return `PostgreSQL ${row?.server_version.split(' ')[0] ?? ''}`;
    },
    sight: () => told(url, () => sightOf((sql) => guard.ask(sql))),
    cancelLeftovers: () => told(url, () => guard.endLeftovers()),
    close: () => guard.close(),
  };
}

type Near = { readonly guard: Guard; readonly url: DatabaseUrl; readonly options: DatabaseOptions } & Around;

function toolOf(name: string, near: Near): PlainSql | Dbmate | ForeignTool {
  if (name === 'plain-sql') return new PlainSql(near);
  if (name === 'dbmate') return new Dbmate(near);
  const profile = profileOf(name);
  if (profile !== undefined) return new ForeignTool(near, profile);
  throw new Problem({
    what: `There is no migration tool "${name}" here`,
    where: 'input tool',
    fix: `Give one of ${[...tools].join(', ')}.`,
    reason: 'tool-unknown',
  });
}

/** Validation queries only read: they run in a transaction that may not write, whatever they say. */
async function firstValue(
  guard: Guard,
  url: DatabaseUrl,
  { sql, timeoutMs }: { sql: string; timeoutMs: number },
): Promise<string | undefined> {
  await guard.ask('begin read only');
  await guard.ask("select set_config('statement_timeout', $1, true)", [String(timeoutMs)]);
  try {
    const [row] = await guard.ask<Record<string, unknown>>(sql);
    const value = row === undefined ? undefined : Object.values(row)[0];
    return value === undefined ? undefined : value === null ? 'null' : String(value);
  } catch (error) {
    const { what, code, ...told } = failureOf(error, { path: sql, secrets: [url.password] });
    const reason = code === '42P01' ? 'nothing-there' : told.reason;
    const fix = told.fix === 'Correct the statement.' ? 'Correct the query under migrations.validate.' : told.fix;
    throw new Problem({ what: `A validation query failed: ${what}`, where: sql, fix, reason });
  } finally {
    await guard.ask('rollback').catch(() => undefined);
  }
}

/** What Postgres refuses before or behind the statements of the file, such as a line in the history, ends the step as they would. */
async function stepOf(
  file: MigrationFileText,
  url: DatabaseUrl,
  run: () => Promise<MigrationStep>,
): Promise<MigrationStep> {
  try {
    return await run();
  } catch (error: any) {
    if (error instanceof Problem || !/^[0-9A-Z]{5}$/.test(String(error?.code))) throw error;
    const { reason, what, where, fix } = failureOf(error, { path: file.path, secrets: [url.password] });
    return { kind: 'failed', id: file.id, reason, what, where, fix, durationMs: 0, left: 'unknown' };
  }
}

async function told<T>(url: DatabaseUrl, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof Problem ? error : connectionProblem(error, url);
  }
}

/** Class 42: the server read the question and refused it, for a table that is none of ours or that the role may not read. */
function historyRefused(error: any, { place, password }: DatabaseUrl): never {
  if (!/^42[0-9A-Z]{3}$/.test(String(error?.code))) throw error;
  throw new Problem({
    what: `The history of the migrations cannot be read: ${redact(String(error.message), [password])} [${error.code}]`,
    where: place,
    fix: 'Give the role the right to read the history table. When another program has a table of that name, rename that one: nothing was changed in it.',
    reason: 'history-unreadable',
  });
}
