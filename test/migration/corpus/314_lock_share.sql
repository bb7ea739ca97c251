-- expect: rules=lock-table; rewrites=no; blocks=yes; repeats=yes; contract=no
lock table orders in share mode;
