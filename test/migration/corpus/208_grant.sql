-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
grant select on orders to app;
