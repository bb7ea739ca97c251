-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter table orders set (fillfactor = 70);
