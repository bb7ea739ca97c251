-- expect: rules=table-rewrite; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column shelf checked;
