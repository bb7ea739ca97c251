-- expect: rules=change-column-type, multiple-alter-table, prefer-bigint; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column size integer;
alter table orders alter column size type bigint;
