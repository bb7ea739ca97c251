// The real grammars: places in characters, bodies opened, and what cannot be read said instead of passed.
import { describe, expect, test } from '@jest/globals';
import { createGrammar } from '../../../src/io/migrations/grammar.ts';

const grammar = createGrammar();
const one = async (text: string, dialect: 'postgres' | 'mysql' | 'mariadb' = 'postgres') => {
  const [reading] = await grammar.read([text], dialect);
  if (reading === undefined) throw new Error('no reading');
  return reading;
};
const texts = async (text: string, dialect: 'postgres' | 'mysql' = 'postgres') => {
  const reading = await one(text, dialect);
  if (reading.kind === 'unread') throw new Error(reading.because);
  return reading.statements.map(({ start, end }) => text.slice(start, end));
};

describe('the Postgres grammar', () => {
  test('tells places in characters, not in bytes, without the comments before a statement', async () => {
    const text = '-- größer 🙂\ncreate table "ü🙂" (a int);\n\n/* ö /* nested */ */ select \'é\';\n  select 2 -- end\n';

    expect(await texts(text)).toEqual(['create table "ü🙂" (a int)', "select 'é'", 'select 2 -- end']);
  });

  test('begins a statement behind its comment, however long that is', async () => {
    expect(await texts(`-- ${'x'.repeat(9_000)}\nselect 1;`)).toEqual(['select 1']);
  });

  test('says what it cannot read, and where', async () => {
    expect(await one("select 'ü';\nselec 2;")).toEqual({
      kind: 'unread',
      because: 'syntax error at or near "selec"',
      offset: 12,
    });
  });

  test.each(['', '  \n', '-- only a remark\n', ';;'])('an empty text %j has no statements', async (text) => {
    expect(await texts(text)).toEqual([]);
  });

  test('opens a DO block: what stands behind an IF or a caught exception may be skipped', async () => {
    const reading = await one(`do $$ begin
      if not exists (select 1 from pg_type) then create type mood as enum ('x'); end if;
      begin alter table t add b int; exception when duplicate_column then null; end;
      execute 'drop table x';
      perform f(1);
    end $$`);
    const body = reading.kind === 'postgres' ? reading.statements[0]?.body : undefined;

    expect(body?.opaque).toBe(false);
    expect(body?.statements.map(({ tree, guarded }) => [Object.keys(tree)[0], guarded])).toEqual([
      ['CreateEnumStmt', true],
      ['AlterTableStmt', true],
      ['DropStmt', false],
      ['SelectStmt', false],
    ]);
  });

  test.each([
    ["do $$ begin execute 'drop table ' || quote_ident('x'); end $$", true],
    ['create function f() returns void language plpgsql as $$ begin drop table x; end $$', false],
    ['create function f() returns int language sql as $$ select 1 $$', false],
    ["create function f() returns int language c as 'lib', 'f'", true],
  ])('%s: nobody can tell what it runs: %s', async (sql, opaque) => {
    const reading = await one(sql);

    expect(reading.kind === 'postgres' && reading.statements[0]?.body?.opaque).toBe(opaque);
  });
});

describe('the MySQL grammar', () => {
  test('cuts at semicolons outside quotes and comments', async () => {
    const text = "-- first; remark\nalter table t add column a varchar(10) default ';';\n# x\ndrop table `a;b`;";

    expect(await texts(text, 'mysql')).toEqual([
      "alter table t add column a varchar(10) default ';'",
      'drop table `a;b`',
    ]);
  });

  test.each([
    ['create table t (a varchar(255) binary frobnicate)', 'mysql'],
    ['delimiter //\nselect 1//', 'mysql'],
    ['frobnicate the table', 'mariadb'],
  ] as const)('what its parser does not know is unread, never passed: %s', async (sql, dialect) => {
    expect((await one(sql, dialect)).kind).toBe('unread');
  });
});
