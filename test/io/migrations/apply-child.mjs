// An apply in a process of its own, for tests that kill it: the real adapter and the real walk, ended by `kill -9` before the n-th query, its own or the server's.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { compiled } from '../../../.github/scripts/compiled.mjs';

const { url, texts, kill, postmaster } = JSON.parse(readFileSync(0, 'utf8'));
const load = (path) => compiled(`src/${path}.ts`);
const { createMigrationDatabase } = await load('io/migrations/database');
const { createCommand } = await load('io/command');
const { clock } = await load('io/clock');
const { readFolder } = await load('migration/file');
const { execute } = await load('migration/execution');
const { pendingOf } = await load('migration/pending');

const never = new AbortController().signal;
let queries = 0;
const real = pg.Client.prototype.query;
pg.Client.prototype.query = function query(...words) {
  // The watcher's samples come whenever they come: only what the migration itself does is counted.
  if (!/^\s*(with ours|select c\.oid)/.test(String(words[0]))) {
    queries += 1;
    if (queries === kill) process.kill(postmaster ?? process.pid, 'SIGKILL');
  }
  return real.apply(this, words);
};

const listing = Object.entries(texts).map(([name, text]) => ({ path: `db/migrations/${name}`, text }));
const { files } = readFolder(listing, 'plain-sql');
const database = createMigrationDatabase(
  {
    ...{ url, tool: 'plain-sql', session: String(process.pid), victimLimitMs: 5_000 },
    ...{ lockTimeoutMs: 1_000, statementTimeoutMs: 20_000, waitMs: 60_000 },
  },
  { command: createCommand(process.cwd(), never), clock },
);
try {
  await database.open(never);
  const ended = await database.cancelLeftovers();
  const pending = pendingOf(files, await database.history()).files;
  const before = { startedAt: 0, byId: new Map() };
  const settings = { validations: [], onFailure: 'stop' };
  const done = await execute(database, {
    files: pending,
    settings,
    before,
    downProven: true,
    signal: never,
    told: () => undefined,
  });
  process.stdout.write(JSON.stringify({ queries, ended, after: done.after, failed: done.walked.failed }));
} catch (error) {
  process.stdout.write(JSON.stringify({ queries, error: String(error.message) }));
} finally {
  await database.close();
}
