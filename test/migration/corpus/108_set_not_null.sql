-- expect: rules=backfill-in-migration, set-not-null; rewrites=no; blocks=yes; repeats=yes; contract=yes
update orders set quantity = 1 where quantity is null;
alter table orders alter column quantity set not null;
