-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter table orders alter column state set statistics 500;
