-- expect: rules=write-without-where; rewrites=no; blocks=no; repeats=yes; contract=no
update orders set note = 'all' where true;
