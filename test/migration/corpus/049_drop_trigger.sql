-- expect: rules=drop-object; rewrites=no; blocks=yes; repeats=no; contract=yes
drop trigger orders_touch on orders;
