-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table customers alter column id restart with 1000;
