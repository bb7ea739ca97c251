-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders drop constraint orders_quantity_small;
alter table orders add constraint orders_quantity_small check (quantity < 5000) not valid;
