-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter table orders validate constraint orders_quantity_small;
