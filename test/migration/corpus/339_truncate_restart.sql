-- expect: rules=truncate; rewrites=no; blocks=yes; repeats=yes; contract=yes
truncate table legacy restart identity;
