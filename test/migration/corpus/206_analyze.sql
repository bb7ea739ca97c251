-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
analyze orders;
