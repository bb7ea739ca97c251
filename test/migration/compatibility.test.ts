// What each statement means for code that runs on the schema before it.
import { describe, expect, test } from '@jest/globals';
import type { Compatible } from '../../src/migration/compatibility.ts';
import { lint } from './reading.ts';

async function meaning(text: string, before = ''): Promise<Compatible> {
  const linted = await lint({ 'V1__before.sql': before, 'V2__m.sql': text });
  const file = linted.at(-1);
  if (file === undefined) throw new Error('no file');
  return file.compatible;
}

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
    ['create unique index i on t (a)', 'contract'],
    ['create policy p on t', 'expand'],
    ['create policy p on t as restrictive using (a > 1)', 'contract'],
    ['alter table t enable row level security', 'contract'],
    ['revoke all on t from public', 'contract'],
    ['drop table t', 'contract'],
    ['drop view v', 'contract'],
    ['delete from t', 'contract'],
    ['with x as (delete from t returning 1) select 1 from x', 'contract'],
    ['truncate t', 'contract'],
    ['revoke select on t from app', 'contract'],
    ['do $$ begin perform 1; end $$', 'none'],
    ['do $$ begin drop table t; end $$', 'contract'],
    ["do $$ begin execute 'drop table ' || current_user; end $$", 'contract'],
    ['alter index i rename to j', 'none'],
    ['call tidy()', 'contract'],
  ])('%j is %s', async (sql, expected) => {
    expect((await meaning(sql)).compatibility).toBe(expected);
  });

  test('the worst statement counts, and is named with its place', async () => {
    const found = await meaning('create table t (id int);\nalter table u\n  drop column a;\nselect 1;');

    expect(found).toEqual({
      compatibility: 'contract',
      readings: [{ compatibility: 'contract', because: 'DROP COLUMN: old code may use it', line: 2, column: 1 }],
    });
  });

  test.each([
    ['create table t (a int); alter table t alter column a set not null; create unique index on t (a)', 'expand'],
    ['create table t (a int); truncate t', 'expand'],
    ['create table t (a int); truncate t, u', 'contract'],
    ['create table "T" (a int); alter table "T" drop column a', 'expand'],
    ['create table app.t (a int); alter table app.t drop column a', 'expand'],
    ['create table "T" (a int); alter table t drop column a', 'contract'],
    ['create table if not exists t (a int); alter table t drop column a', 'contract'],
    ['alter table t drop column a; create table t (a int)', 'contract'],
  ])('a table made in the same file has no old readers: %s', async (sql, expected) => {
    expect((await meaning(sql)).compatibility).toBe(expected);
  });

  const before = `create table t (id int primary key, a varchar(10), n numeric(8, 2), i int, b int not null default 0);
    create index t_i on t (i); create unique index t_a on t (a); create unique index t_b on t (b) where i > 0;
    alter table t add constraint i_there check (i is not null); alter table t add constraint small check (b < 9);`;

  test.each([
    ['alter table t alter column a type varchar(20)', 'expand'],
    ['alter table t alter column a type text', 'expand'],
    ['alter table t alter column a type varchar(5)', 'contract'],
    ['alter table t alter column n type numeric(10, 2)', 'expand'],
    ['alter table t alter column i type bigint', 'contract'],
    ['alter table t alter column i set not null', 'none'],
    ['alter table t alter column a set not null', 'contract'],
    ['alter table t drop constraint small', 'expand'],
    ['alter table t drop constraint t_pkey', 'contract'],
    ['drop index t_i', 'none'],
    ['drop index t_a', 'contract'],
    ['create unique index t_a_i on t (a, i)', 'expand'],
    ['create unique index t_i_b on t (i, b)', 'contract'],
    ['revoke select on t from public', 'expand'],
    ['revoke select on t from app', 'contract'],
    ['revoke select on t from public, app', 'contract'],
    ['grant select on t to public; revoke select on t from app', 'expand'],
    ['grant select on t to public; revoke select on t from public', 'contract'],
    ['grant select on t to public; revoke select, update on t from app', 'contract'],
    ['grant select (a) on t to public; revoke select on t from app', 'contract'],
    ['grant all on t to public; revoke select on t from app', 'expand'],
    ['grant select on t to public; revoke select on t, u from app', 'contract'],
    ['grant all on t to public; revoke update on t from public; revoke select on t from app', 'contract'],
    ['create unique index t_i_n on t (i, n)', 'contract'],
    ['create materialized view m as select a from t; create unique index on m (a)', 'expand'],
    ['alter table t add column c int; alter table t add constraint c_there check (c > 0) not valid', 'expand'],
    ['alter table t add column c int; create unique index t_c on t (c)', 'expand'],
    ['alter table t add constraint t_a_key unique using index t_a', 'expand'],
    ['create policy p on t using (true)', 'expand'],
    ['alter table t enable row level security; create policy p on t using (true)', 'expand'],
    ['alter table t rename to u; create view t as select * from u', 'expand'],
    ['create function f() returns void language plpgsql as $$ begin drop table t; end $$; select f()', 'contract'],
    ['create function f() returns void language plpgsql as $$ begin drop table t; end $$', 'expand'],
  ])('on the schema that earlier files made, %s is %s', async (sql, expected) => {
    expect((await meaning(sql, before)).compatibility).toBe(expected);
  });

  test('a file that nobody can read waits like a contract, and says so', async () => {
    expect(await meaning('alter table t frobnicate')).toMatchObject({
      compatibility: 'contract',
      unread: true,
      readings: [{ line: 1, column: 15 }],
    });
  });
});
