-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column placed_at type timestamp(6);
