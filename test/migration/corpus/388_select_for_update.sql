-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
select id from orders where id = 1 for update;
