-- expect: rules=add-column-inline-check, prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column depth integer check (depth > 0);
