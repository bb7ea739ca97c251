-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders disable trigger orders_touch;
alter table orders enable trigger orders_touch;
