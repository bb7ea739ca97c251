-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
delete from items using orders where orders.id = items.order_id and orders.id = 1;
