-- expect: rules=add-column-serial; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column number bigint generated always as identity;
