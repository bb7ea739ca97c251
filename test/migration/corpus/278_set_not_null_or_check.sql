-- expect: rules=backfill-in-migration, multiple-alter-table, not-valid-and-validate-same-transaction, set-not-null, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_either check (note is not null or id > 0) not valid;
alter table orders validate constraint orders_either;
update orders set note = 'x' where note is null;
alter table orders alter column note set not null;
