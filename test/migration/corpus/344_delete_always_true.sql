-- expect: rules=write-without-where; rewrites=no; blocks=no; repeats=yes; contract=yes
delete from legacy where 1 = 1;
