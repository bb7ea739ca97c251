-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
update orders set quantity = quantity + 1 where id = 2;
