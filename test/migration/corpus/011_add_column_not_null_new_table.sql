-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table places (id bigint primary key);
alter table places add column name text not null;
