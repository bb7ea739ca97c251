-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table items drop constraint items_order;
