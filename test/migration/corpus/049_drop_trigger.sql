-- expect: rules=drop-object; rewrites=no; blocks=yes; repeats=no; contract=no
drop trigger orders_touch on orders;
