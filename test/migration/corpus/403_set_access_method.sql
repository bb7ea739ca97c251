-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders set access method heap;
