-- expect: rules=lock-table; rewrites=no; blocks=yes; repeats=yes; contract=no
lock table only orders, items;
