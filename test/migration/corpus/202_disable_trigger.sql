-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders disable trigger orders_touch;
