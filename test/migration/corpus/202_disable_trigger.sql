-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders disable trigger orders_touch;
