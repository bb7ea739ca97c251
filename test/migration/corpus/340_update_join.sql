-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
update orders set note = c.name from customers c where c.id = orders.customer_id and orders.id < 3;
