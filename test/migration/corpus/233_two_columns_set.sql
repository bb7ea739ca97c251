-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
update orders set note = 'a', weight = 5 where id = 1;
