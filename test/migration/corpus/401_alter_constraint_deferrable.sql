-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table items alter constraint items_order deferrable;
