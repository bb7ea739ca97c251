// A rehearsal of a set that runs ten seconds and more, beside the same statements sent through pg for the same steps; start of the server left out.
import pg from 'pg';
import { compiled } from '../../.github/scripts/compiled.mjs';

const load = (path) => compiled(`src/${path}.ts`);
const { findBinaries, startLocalServer } = await load('io/migrations/local-server');
const { createMigrationDatabase } = await load('io/migrations/database');
const { createCommand } = await load('io/command');
const { clock } = await load('io/clock');
const { readFolder } = await load('migration/file');
const { rehearse } = await load('migration/rehearsal');

const [binaries] = findBinaries(process.env.PATH ?? '');
if (binaries === undefined) {
  process.stdout.write('rehearsal: skipped, no Postgres server binaries on this machine\n');
  process.exit(0);
}
const rows = Number(process.env.BORING_BENCH_ROWS ?? 600_000);
const never = new AbortController().signal;
const large = {
  'V001__orders.sql': `create table orders as select n as id, md5(n::text) as note, n % 97 as kind from generate_series(1, ${rows}) n;`,
  'V001__orders.down.sql': 'drop table orders;',
  'V002__key.sql': 'alter table orders add primary key (id); create index by_note on orders (note);',
  'V002__key.down.sql':
    'drop index by_note; alter table orders drop constraint orders_pkey; alter table orders alter column id drop not null;',
  'V003__wide.sql': "alter table orders alter column kind type bigint; update orders set note = note || 'x';",
  'V003__wide.down.sql': 'alter table orders alter column kind type int; update orders set note = left(note, 32);',
};
/** Twenty files of a hundred statements each: what a look after every one of them costs. */
const small = Object.fromEntries(
  Array.from({ length: 20 }, (_, at) => {
    const name = `V${String(at + 1).padStart(3, '0')}__part`;
    const inserts = Array.from({ length: 90 }, (_, n) => `insert into part_${at} (name) values ('row ${n}');`);
    const alters = Array.from({ length: 9 }, (_, n) => `alter table part_${at} add column c${n} int;`);
    const up = [`create table part_${at} (id serial primary key, name text);`, ...alters, ...inserts].join('\n');
    return [
      [`${name}.sql`, up],
      [`${name}.down.sql`, `drop table part_${at};`],
    ];
  }).flat(),
);
const filesOf = (texts) =>
  readFolder(
    Object.entries(texts).map(([name, text]) => ({ path: `db/migrations/${name}`, text })),
    'plain-sql',
  ).files;
const server = await startLocalServer(binaries, false);
const admin = new pg.Client({ connectionString: server.url('postgres') });
await admin.connect();
try {
  const [one, other] = await compare(filesOf(large));
  process.stdout.write(
    `rehearsal  up, twice, down, up of ${rows} rows: ${seconds(other)}; the same statements through pg: ${seconds(one)}; ratio ${(other / one).toFixed(2)} (at most 1.20)\n`,
  );
  if (one < 10_000)
    process.stdout.write('rehearsal  this machine is too quick: raise BORING_BENCH_ROWS until pg takes 10 s\n');
  if (one >= 10_000 && other / one > 1.2) process.exitCode = 1;
  const [few, all] = await compare(filesOf(small));
  process.stdout.write(
    `rehearsal  up, twice, down, up of 2,000 small statements in 20 files: ${seconds(all)}; through pg: ${seconds(few)}; ratio ${(all / few).toFixed(2)} (no aim: it is ${Math.round((all - few) / 4_000)} ms a statement)\n`,
  );
} finally {
  await admin.end();
  await server.stop();
}

/** Medians of three rounds, ms: through pg, and rehearsed; one after the other, so that both meet the same machine. */
async function compare(files) {
  const through = [];
  const ours = [];
  for (let round = 0; round < 3; round += 1) {
    through.push(await timed(`pg_${round}`, (url) => bare(url, files)));
    ours.push(await timed(`our_${round}`, (url) => rehearsed(url, files)));
  }
  return [median(through), median(ours)];
}

async function timed(name, run) {
  await admin.query(`create database ${name}`);
  const url = server.url(name);
  const from = performance.now();
  await run(url);
  const took = performance.now() - from;
  await admin.query(`drop database ${name} with (force)`);
  return took;
}

async function bare(url, files) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const way = async (scripts) => {
    for (const { statements } of scripts) {
      await client.query('begin');
      for (const { sql } of statements) await client.query(sql);
      await client.query('commit');
    }
  };
  const ups = files.map(({ up }) => up);
  await way(ups);
  await way([...files].reverse().map(({ down }) => down));
  await way(ups);
  await client.end();
}

async function rehearsed(url, files) {
  const database = createMigrationDatabase(
    {
      ...{ url, tool: 'plain-sql', session: 'bench', exactLocks: true, victimLimitMs: 10_000 },
      ...{ lockTimeoutMs: 2_000, statementTimeoutMs: 300_000, waitMs: 5_000 },
    },
    { command: createCommand(process.cwd(), never), clock },
  );
  await database.open(never);
  const limits = { durationMs: 300_000, lockMs: 10_000, lockTimeoutMs: 2_000 };
  const words = ['up', 'twice', 'down', 'up'];
  const told = await rehearse(database, { files, words, limits, noDown: '', signal: never });
  await database.close();
  const broken = told.steps.find(({ outcome }) => outcome !== 'pass');
  if (broken !== undefined) throw new Error(JSON.stringify(broken));
}

function median(all) {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
