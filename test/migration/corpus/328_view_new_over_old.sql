-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create view big_orders as select id, total from orders where total > 100;
