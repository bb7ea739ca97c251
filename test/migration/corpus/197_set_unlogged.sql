-- expect: rules=table-rewrite; rewrites=yes; blocks=yes; repeats=yes; contract=no
alter table legacy set unlogged;
