-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
grant select (id) on orders to app;
