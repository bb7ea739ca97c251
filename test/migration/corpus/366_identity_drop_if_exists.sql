-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders alter column id drop identity if exists;
