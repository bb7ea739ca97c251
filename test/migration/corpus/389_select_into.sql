-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
select id, note into orders_copy from orders;
