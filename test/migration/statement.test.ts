// Splitting SQL: what ends a statement and what only looks as if it did.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitStatements, whyNoTransaction } from '../../src/migration/statement.ts';

const split = (text: string) => splitStatements(text, { path: 'm.sql', line: 1 });
const sqlOf = (text: string) => split(text).statements.map(({ sql }) => sql);

test('of a statement about rows only the first words are kept: a seed file has millions of them', () => {
  const [rows, table] = split(
    'insert into orders (a, b, c, d, e, f, g) values (1); alter table t a b c d e f g h i concurrently',
  ).statements;

  expect(rows?.words).toEqual(['INSERT', 'INTO', 'ORDERS', 'A', 'B', 'C', 'D', 'E']);
  expect(table?.words).toHaveLength(13);
});

describe('splitStatements', () => {
  test.each([
    ['two statements', 'select 1; select 2', ['select 1', 'select 2']],
    ['empty ones between', ';;select 1;;', ['select 1']],
    ['comments only', '-- nothing; here\n/* ; */', []],
    ['a quoted semicolon', "select ';'; select 2", ["select ';'", 'select 2']],
    ['a doubled quote', "select 'it''s; fine'; select 2", ["select 'it''s; fine'", 'select 2']],
    ['a backslash in a plain string', "select '\\'; select 2", ["select '\\'", 'select 2']],
    ['a backslash in an escape string', "select E'\\'; x'; select 2", ["select E'\\'; x'", 'select 2']],
    ['a quoted name', 'select "a;""b"; select 2', ['select "a;""b"', 'select 2']],
    ['a dollar quote', 'do $$ begin; end $$; select 2', ['do $$ begin; end $$', 'select 2']],
    [
      'a tagged dollar quote with another inside',
      'do $a$ ; $$;$$ ; $a$; select 2',
      ['do $a$ ; $$;$$ ; $a$', 'select 2'],
    ],
    ['a dollar inside a name', 'select a$b$c; select d$b$e', ['select a$b$c', 'select d$b$e']],
    ['a parameter', 'prepare p as select $1; select 2', ['prepare p as select $1', 'select 2']],
    ['a nested comment', 'select /* a; /* b; */ c; */ 1; select 2', ['select /* a; /* b; */ c; */ 1', 'select 2']],
    ['a line comment at the end', 'select 1 -- a; b\n; select 2', ['select 1', 'select 2']],
    [
      'a rule with several actions',
      'create rule r as on insert to t do (select 1; select 2); select 3',
      ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
    ],
    [
      'a function written in SQL',
      'create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2',
      ['create function f() returns int begin atomic select 1; select case when true then 1 end; end', 'select 2'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(sqlOf(text)).toEqual(expected);
    expect(split(text).faults).toEqual([]);
  });

  test('says at which line and column each begins', () => {
    const { statements } = splitStatements('-- first\n  select 1;\nselect 2;', { path: 'm.sql', line: 10 });

    expect(statements.map(({ line, column }) => [line, column])).toEqual([
      [11, 3],
      [12, 1],
    ]);
  });

  test.each([
    ["select 'never", 'unterminated', 1, 8],
    ['select 1;\n/* never', 'unterminated', 2, 1],
    ['do $$ never', 'unterminated', 1, 4],
    ['select "never', 'unterminated', 1, 8],
    ['\\copy t from x\nselect 1;', 'psql-command', 1, 1],
  ])('%j is a fault', (text, rule, line, column) => {
    expect(split(text).faults).toMatchObject([{ level: 'error', rule, line, column }]);
  });

  test('keeps every character of each statement, whatever stands in strings, names and comments', () => {
    const piece = fc.oneof(
      fc.string().map((text) => `'${text.replace(/'/g, "''")}'`),
      fc.string().map((text) => `"${text.replace(/"/g, '""')}"`),
      fc
        .string()
        .filter((text) => !text.includes('$'))
        .map((text) => `$q$${text}$q$`),
      fc
        .string()
        .filter((text) => !/[*/]/.test(text))
        .map((text) => `/*${text}*/ x`),
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }), (all) => {
        const statements = all.map((pieces) => `select ${pieces.join(', ')}`);

        expect(sqlOf(statements.join(';\n'))).toEqual(statements);
      }),
    );
  });

  test('takes a large file in a moment', () => {
    const text = "insert into t values (1, 'some text; with '' quotes');\n".repeat(50_000);

    expect(split(text).statements).toHaveLength(50_000);
  });
});

describe('whyNoTransaction', () => {
  test.each([
    ['create index concurrently i on t (a)', 'CREATE … CONCURRENTLY'],
    ['create unique index concurrently if not exists i on t (a)', 'CREATE … CONCURRENTLY'],
    ['drop index concurrently i', 'DROP … CONCURRENTLY'],
    ['reindex table concurrently t', 'REINDEX … CONCURRENTLY'],
    ['alter table t detach partition p concurrently', 'DETACH … CONCURRENTLY'],
    ['vacuum full t', 'VACUUM'],
    ['create database d', 'CREATE DATABASE'],
    ['alter system set work_mem = 1', 'ALTER SYSTEM'],
    ['create index i on t (a)', undefined],
    ["comment on table t is 'create index concurrently'", undefined],
    ["alter type mood add value 'happy'", undefined],
    ['refresh materialized view concurrently v', undefined],
  ])('%s', (sql, expected) => {
    expect(whyNoTransaction(split(sql).statements[0]!)).toBe(expected);
  });
});
