-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter table orders set (autovacuum_enabled = false);
