-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders rename constraint orders_quantity_small to quantity_small;
