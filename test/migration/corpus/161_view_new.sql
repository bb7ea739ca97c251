-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create view open_orders as select id from orders where state = 'new';
