-- expect: rules=backfill-in-migration, write-without-where; rewrites=no; blocks=yes; repeats=yes; contract=no
update orders set note = trim(note);
alter table orders add column if not exists gift boolean;
