-- expect: rules=add-column-volatile-default; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column luck text default 'n' || random()::text;
