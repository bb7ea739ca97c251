-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders drop constraint orders_quantity_small;
