-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table stock alter column amount type integer;
