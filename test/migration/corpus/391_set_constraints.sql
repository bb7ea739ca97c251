-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
set constraints all deferred;
