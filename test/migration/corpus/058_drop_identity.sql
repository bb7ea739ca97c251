-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table customers alter column id drop identity;
