// A rehearsal on real servers: what is restored, what is found, and what the report shows of locks, data and drift.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inputs } from '../../actions/migrate/inputs.ts';
import { step } from '../../actions/migrate/migrate.ts';
import { clock } from '../../src/io/clock.ts';
import { createCommand } from '../../src/io/command.ts';
import { findBinaries, type LocalServer, startLocalServer } from '../../src/io/migrations/local-server.ts';
import { createShadow } from '../../src/io/migrations/shadow.ts';
import { plain } from '../../src/kit/phrase.ts';
import { database, files, never, rows } from '../io/migrations/server.ts';
import { memoryWorld } from '../world/memory/world.ts';
import { neighbour } from '../world/neighbour.ts';

const binaries = findBinaries(process.env.PATH ?? '');
const around = { clock, command: createCommand(process.cwd(), never) };

const old = {
  'V001__orders.sql': 'create table orders (id int primary key, total int, note text);',
  'V001__orders.down.sql': 'drop table orders;',
};

neighbour('Postgres with initdb and pg_dump on PATH', binaries.length > 0)('rehearse on this machine’s servers', () => {
  let server: LocalServer;
  let count = 0;

  beforeAll(async () => {
    server = await startLocalServer(binaries[0]!, true);
  });
  afterAll(() => server.stop());

  /** A target that has V001 and what `extra` did beside it. */
  const target = async (extra = 'select 1'): Promise<string> => {
    count += 1;
    await rows(server.url('postgres'), `create database shop_${count}`);
    const url = server.url(`shop_${count}`);
    const at = database(url);
    await at.open(never);
    for (const file of files(old)) await at.apply(file, never);
    await at.close();
    await rows(url, extra);
    return url;
  };
  const worldWith = (texts: Readonly<Record<string, string>>, policy = '') => {
    const world = memoryWorld({
      database: (options) => database(options.url, { ...options, lockTimeoutMs: 100 }),
      shadow: (options) => createShadow(options, around),
      policy: `version: 1\nenvironments: {production: {}}\nchecklist: [migration-tested-clean-db, migration-tested-production-like, migration-online-tool-large-table]\n${policy}`,
    });
    for (const [name, text] of Object.entries(texts)) world.github.workspace.set(`db/migrations/${name}`, text);
    world.github.workspace.set('db/seed.sql', "insert into orders select n, n, 'x' from generate_series(1, 500) n;");
    return world;
  };
  const rehearse = (texts: Readonly<Record<string, string>>, url = '', policy = '', shadowUrl = '') =>
    step(
      worldWith({ ...old, ...texts }, policy),
      read({ phase: 'rehearse', 'database-url': url, 'shadow-url': shadowUrl }),
    );

  test('restores the schema of the target, rehearses what is pending, and shows drift, locks and rewrites', async () => {
    const url = await target('create table by_hand (id int); create index on orders (total)');

    const outcome = await rehearse(
      {
        'V002__wide.sql': 'alter table orders alter column total type bigint;',
        'V002__wide.down.sql': 'alter table orders alter column total type int;',
      },
      url,
      'migrations: {seed: db/seed.sql, rules: {change-column-type: warn, table-rewrite: warn}}\n',
    );

    expect([outcome.error, outcome.verdict]).toEqual(['', 'rehearsed']);
    const sections = new Map(outcome.evidence?.details.map(({ heading, lines, table }) => [heading, { lines, table }]));
    expect(sections.get('Drift')?.table.map((row) => row.map(plain))).toEqual([
      ['Object', 'In the migrations', 'On the target'],
      ['index public.orders_total_idx', '–', 'CREATE INDEX orders_total_idx ON public.orders USING btree (total)'],
      ['table public.by_hand', '–', 'plain'],
    ]);
    const lock = sections.get('Locks')?.table.map((row) => row.map(plain)) ?? [];
    expect(lock).toContainEqual(expect.arrayContaining(['orders', 'ACCESS EXCLUSIVE', 'reads and writes', 'yes']));
    const told = new Map(outcome.evidence?.rows.map((row) => [row.id, row.outcome]));
    expect(told.get('migration-tested-clean-db')).toBe('pass');
    expect(told.get('migration-tested-production-like')).toBe('pass');
    expect(plain(outcome.evidence?.migration ?? '')).toContain('500 rows the same after up and down');
    // Nothing of it reached the target.
    expect(await rows(url, "select data_type from information_schema.columns where column_name = 'total'")).toEqual([
      { data_type: 'integer' },
    ]);
  });

  test('every kind of object is its own before and after: sequences, identities, partitions, domains, grants', async () => {
    const outcome = await rehearse(
      {
        'V002__all.sql': `create table lines (id serial primary key, other int generated always as identity, at date not null) ;
create table parts (id int, at date not null) partition by range (at);
create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01');
create domain positive as int check (value > 0);
create sequence counter start 5;
create materialized view seen as select id from lines;
grant select on lines to public;`,
        'V002__all.down.sql':
          'drop materialized view seen; drop sequence counter; drop domain positive; drop table parts; drop table lines;',
      },
      await target('create table invoices (id serial primary key, nr int generated by default as identity)'),
    );

    expect([outcome.error, outcome.verdict]).toEqual(['', 'rehearsed']);
  });

  test('names a down that leaves something behind', async () => {
    const outcome = await rehearse({
      'V002__a.sql':
        'create table gifts (id int); create index gift_ids on gifts (id); create view all_gifts as select id from gifts;',
      'V002__a.down.sql': 'drop view all_gifts;',
    });

    expect(outcome).toMatchObject({ reason: 'rehearsal:down', exit: 1 });
    expect(outcome.error).toContain('table public.gifts: only after the way down');
    expect(outcome.error).not.toContain('gifts.id');
  });

  test('names a down that brings the column back and not its values', async () => {
    const outcome = await rehearse(
      {
        'V002__a.sql': 'alter table orders drop column note;',
        'V002__a.down.sql': 'alter table orders add column note text;',
      },
      await target(),
      'migrations: {seed: db/seed.sql, rules: {drop-column: warn, drop-before-retention: disabled}}\n',
    );

    expect(outcome.reason).toBe('rehearsal:down');
    expect(outcome.error).toContain('orders has other values in note');
  });

  test('a file without a transaction has to run twice', async () => {
    const outcome = await rehearse(
      {
        'V002__a.sql': 'create index concurrently by_total on orders (total);',
        'V002__a.down.sql': 'drop index concurrently by_total;',
      },
      '',
      'migrations: {rules: {rerun-after-half: warn, invalid-index-left-behind: disabled}}\n',
    );

    expect(outcome.reason).toBe('rehearsal:twice');
    expect(outcome.error).toContain('relation "by_total" already exists');
    expect(outcome.error).toContain('db/migrations/V002__a.sql:1');
  });

  test('on a server given by shadow-url every database it made is gone afterwards', async () => {
    const url = await target();
    const outcome = await rehearse(
      { 'V002__a.sql': 'select 1;', 'V002__a.down.sql': 'select 1;' },
      url,
      '',
      server.url('postgres'),
    );

    expect(outcome.verdict).toBe('rehearsed');
    expect(outcome.evidence?.found.engine).toContain('from shadow-url');
    expect(await rows(url, "select datname from pg_database where datname like 'boring%'")).toEqual([]);
  });

  test('refuses the target as its shadow', async () => {
    const url = await target();
    await expect(
      rehearse({ 'V002__a.sql': 'select 1;', 'V002__a.down.sql': 'select 1;' }, url, '', url),
    ).rejects.toThrow('name the same database');
  });

  test('a machine without servers gets the lines of a service container', async () => {
    const asked = { url: '', like: '', historyTable: '', tcp: false, major: 16, sameMajor: false };
    await expect(createShadow(asked, { ...around, binaries: [] })).rejects.toThrow('image: postgres:16');
  });
});

function read(given: Readonly<Record<string, string>>) {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...given });
}
