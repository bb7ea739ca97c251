-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
update orders set note = 'none' where note is null;
