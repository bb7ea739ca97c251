-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
lock table orders in row exclusive mode;
