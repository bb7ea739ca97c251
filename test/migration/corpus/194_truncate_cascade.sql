-- expect: rules=truncate, truncate-cascade; rewrites=no; blocks=yes; repeats=yes; contract=yes
truncate orders cascade;
