-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column discount type numeric(14, 2);
