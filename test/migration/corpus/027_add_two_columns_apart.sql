-- expect: rules=multiple-alter-table, prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column a integer;
alter table orders add column b integer;
