-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders drop constraint if exists orders_quantity_small;
