-- expect: rules=prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column a integer, add column b integer;
