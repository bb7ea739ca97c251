// Tables named without a schema are those that the server finds on the search path of the file.
import { describe, expect, test } from '@jest/globals';
import { lint } from './reading.ts';

const before =
  'create schema app;\ncreate table app.orders (id bigint primary key, note text);\ncreate table orders (id bigint primary key, code varchar(10));\ncreate table public.customers (id bigint primary key);\ncreate table "Orders" (id bigint primary key);\n';

async function found(text: string) {
  const linted = await lint(
    { 'V1__a.sql': before, 'V2__it.sql': text },
    { own: (path) => path.endsWith('V2__it.sql') },
  );
  return linted.flatMap(({ faults }) =>
    faults.map(({ what }) => what).filter((what) => /\.code|to text|to varchar|no row|rows of|the data of/.test(what)),
  );
}

const index = 'create index i on orders (note);';

describe('SET search_path', () => {
  test.each([
    ['without it, public', index, /no row of orders can/],
    ['names the schema of what follows', `set search_path to app; ${index}`, /no row of app\.orders can/],
    [
      'in several, the first that has it',
      'set search_path = app, public; drop table customers;',
      /rows of customers are/,
    ],
    ['LOCAL holds to the end of a transaction', `set local search_path to app; ${index}`, /no row of app\.orders can/],
    [
      'LOCAL ends with its statement where there is none',
      `-- transaction:false\nset local search_path to app;\n${index}`,
      /no row of orders can/,
    ],
    [
      'set_config in a query is the same',
      `select set_config('search_path', 'app, public', false); ${index}`,
      /no row of app\.orders can/,
    ],
    [
      'set_config of pg_catalog, to the end of a transaction',
      `select pg_catalog.set_config('search_path', 'APP', true); ${index}`,
      /no row of app\.orders can/,
    ],
    [
      'set_config of what is worked out says nothing',
      `select set_config('search_path', current_setting('shop.path'), false); ${index}`,
      /no row of orders can/,
    ],
    ['RESET goes back', `set search_path to app; reset search_path; ${index}`, /no row of orders can/],
    ['TO DEFAULT goes back', `set search_path to app; set search_path to default; ${index}`, /no row of orders can/],
    [
      'with "$user" is what stands behind that',
      `set search_path to "$user", app; ${index}`,
      /no row of app\.orders can/,
    ],
    ['of a role is for later sessions', `alter role app set search_path to app; ${index}`, /no row of orders can/],
    [
      'folds what is not quoted',
      `set search_path to APP; create index i on ORDERS (note);`,
      /no row of app\.orders can/,
    ],
    [
      'says nothing of what is named in full',
      'set search_path to app; drop table public.orders;',
      /rows of orders are/,
    ],
    ['ends with its file', index, /no row of orders can/],
  ])('%s', async (_, text, words) => {
    const linted = await found(text);

    expect(linted.length).toBeGreaterThan(0);
    expect(linted.join()).toMatch(words);
  });

  test('a table that the file makes there is new; one of the same name elsewhere is not', async () => {
    expect(await found('set search_path to app; create table notes (id int); create index i on notes (id);')).toEqual(
      [],
    );
    expect(
      await found('set search_path to app; create table customers (id int); create index i on public.customers (id);'),
    ).toHaveLength(1);
  });

  test('a temporary table comes before every schema', async () => {
    expect(
      await found('set search_path to app; create temporary table orders (id int); create index i on orders (id);'),
    ).toEqual([]);
  });

  test('types are those of the table that is meant', async () => {
    expect(await found('alter table orders alter column code type text;')).toEqual([]);
    expect(
      (await found('set search_path to app; alter table orders alter column note type varchar(3);')).join(),
    ).toContain('app.orders.note from text');
  });

  test('what it says holds for the next file too when that one makes it so', async () => {
    const linted = await lint(
      {
        'V1__a.sql': 'set search_path to app; create table t (id int, a varchar(10));',
        'V2__b.sql': 'alter table app.t alter column a type text;',
      },
      { own: (path) => path.endsWith('V2__b.sql') },
    );

    expect(linted.flatMap(({ faults }) => faults.map(({ rule }) => rule))).toEqual(['up-has-down']);
  });
});

describe('names', () => {
  test.each([
    ['"Orders" is another table than orders', 'create table "ORDERS" (id int); create index i on orders (id);', 1],
    ['ORDERS is orders', 'create table THINGS (id int); create index i on things (id);', 0],
    ['"things" is things', 'create table "things" (id int); create index i on Things (id);', 0],
    ['public.things is things', 'create table public.things (id int); create index i on things (id);', 0],
  ])('%s', async (_, text, count) => {
    expect(await found(text)).toHaveLength(count);
  });
});
