-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create schema billing;
create table billing.orders (id bigint primary key, note text);
alter table billing.orders alter column note type varchar(10);
drop table billing.orders;
