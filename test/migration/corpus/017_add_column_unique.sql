-- expect: rules=add-column-inline-unique; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column number bigint unique;
