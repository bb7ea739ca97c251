-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table orders_copy as select * from orders;
