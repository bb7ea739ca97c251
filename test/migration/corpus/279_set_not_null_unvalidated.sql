-- expect: rules=multiple-alter-table, set-not-null, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_total_there check (total is not null) not valid;
alter table orders alter column total set not null;
