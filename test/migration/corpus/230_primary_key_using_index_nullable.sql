-- expect: rules=add-primary-key-using-index-nullable, add-unique-might-fail, create-index-not-concurrently, drop-not-null, multiple-alter-table, prefer-bigint, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
create table old_keys (a integer);
create unique index old_keys_a on old_keys (a);
alter table legacy drop constraint legacy_pkey;
alter table legacy add column key integer default 1;
alter table feelings drop constraint feelings_pkey;
create unique index feelings_id on feelings (id);
alter table feelings alter column id drop not null;
alter table feelings add constraint feelings_pk primary key using index feelings_id;
