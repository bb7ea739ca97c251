-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
drop owned by app;
