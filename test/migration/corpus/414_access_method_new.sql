-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter table items set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.1);
