-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table items replica identity full;
