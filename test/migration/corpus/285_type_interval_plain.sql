-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column wait type interval;
