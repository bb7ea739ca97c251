-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table orders_archive (like orders including all);
