// What each statement means for code that runs on the schema before it.
import { describe, expect, test } from '@jest/globals';
import { compatibilityOf } from '../../src/migration/compatibility.ts';
import { splitStatements } from '../../src/migration/statement.ts';

const meaning = (text: string) => compatibilityOf(splitStatements(text, { path: 'm.sql', line: 1 }).statements);

describe('compatibilityOf', () => {
  test.each([
    ['', 'none'],
    ['-- nothing', 'none'],
    ['select 1', 'none'],
    ["set lock_timeout = '1s'", 'none'],
    ["comment on column t.a is 'drop table t'", 'none'],
    ['create index i on t (a)', 'none'],
    ['create index concurrently i on t (a)', 'none'],
    ['alter table t validate constraint c', 'none'],
    ['alter table t set (fillfactor = 70)', 'none'],
    ['alter table t alter column a set statistics 100', 'none'],
    ['create table t (id int not null)', 'expand'],
    ['create unlogged table t (id int)', 'expand'],
    ['create or replace function f() returns int language sql as $$ select 1 $$', 'expand'],
    ['create materialized view v as select 1', 'expand'],
    ['insert into t values (1)', 'expand'],
    ['update t set a = 1', 'expand'],
    ['with x as (select 1) update t set a = 1', 'expand'],
    ['alter table t add column a int', 'expand'],
    ['alter table t add a int', 'expand'],
    ['alter table only public.t add column if not exists a int', 'expand'],
    ["alter table t add column a text not null default 'x'", 'expand'],
    ['alter table t add column a int generated always as identity not null', 'expand'],
    ['alter table t add column a int references u', 'expand'],
    ['alter table t add column "not null" int', 'expand'],
    ['alter table t alter column a drop not null', 'expand'],
    ['alter table t alter a set default 1', 'expand'],
    ['alter table t attach partition p for values in (1)', 'expand'],
    ["alter type mood add value 'happy'", 'expand'],
    ['grant select on t to app', 'expand'],
    ['alter table t add column a int not null', 'contract'],
    ['alter table t add column a int, add column b int not null', 'contract'],
    ['alter table t add column a numeric(10, 2), drop column b', 'contract'],
    ['alter table t add column id int primary key', 'contract'],
    ['alter table t add constraint c check (a > 0) not valid', 'contract'],
    ['alter table t add unique (a)', 'contract'],
    ['alter table t drop column a', 'contract'],
    ['alter table t drop a', 'contract'],
    ['alter table t rename column a to b', 'contract'],
    ['alter table t rename to u', 'contract'],
    ['alter table t alter column a type bigint', 'contract'],
    ['alter table t alter a set data type bigint', 'contract'],
    ['alter table t alter column a set not null', 'contract'],
    ['alter table t alter column a drop default', 'contract'],
    ['alter table t alter column "type" set not null', 'contract'],
    ['alter table t enable row level security', 'contract'],
    ['alter table t set schema other', 'contract'],
    ["alter type mood rename value 'a' to 'b'", 'contract'],
    ['alter index i rename to j', 'contract'],
    ['create unique index i on t (a)', 'contract'],
    ['create policy p on t', 'contract'],
    ['drop table t', 'contract'],
    ['drop view v', 'contract'],
    ['delete from t', 'contract'],
    ['with x as (delete from t returning 1) select 1 from x', 'contract'],
    ['truncate t', 'contract'],
    ['revoke select on t from app', 'contract'],
    ['do $$ begin perform 1; end $$', 'contract'],
    ['call tidy()', 'contract'],
    ['frobnicate the table', 'contract'],
  ])('%j is %s', (sql, expected) => {
    expect(meaning(sql).compatibility).toBe(expected);
  });

  test('the worst statement counts, and is named with its place', () => {
    const found = meaning('create table t (id int);\nalter table u\n  drop column a;\nselect 1;');

    expect(found).toEqual({
      compatibility: 'contract',
      readings: [{ compatibility: 'contract', because: 'DROP COLUMN: old code may use it', line: 2, column: 1 }],
    });
  });

  test.each([
    ['create table t (a int); alter table t alter column a set not null; create unique index on t (a)', 'expand'],
    ['create table "T" (a int); alter table "T" drop column a', 'expand'],
    ['create table app.t (a int); alter table app.t drop column a', 'expand'],
    ['create table "T" (a int); alter table t drop column a', 'contract'],
    ['create table if not exists t (a int); alter table t drop column a', 'contract'],
    ['alter table t drop column a; create table t (a int)', 'contract'],
  ])('a table made in the same file has no old readers: %s', (sql, expected) => {
    expect(meaning(sql).compatibility).toBe(expected);
  });
});
