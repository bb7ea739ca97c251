-- expect: rules=backfill-in-migration, multiple-alter-table, not-valid-and-validate-same-transaction, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
update orders set quantity = 1 where quantity is null;
alter table orders add constraint quantity_there check (quantity is not null) not valid;
alter table orders validate constraint quantity_there;
alter table orders alter column quantity set not null;
