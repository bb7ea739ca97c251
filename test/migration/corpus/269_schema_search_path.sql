-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create schema billing;
set search_path to billing;
create table orders (id bigint primary key, note text);
alter table orders add column total numeric(10, 2) not null;
