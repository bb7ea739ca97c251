-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=no; contract=no
create table sizes (size integer);
alter table sizes alter column size type bigint;
