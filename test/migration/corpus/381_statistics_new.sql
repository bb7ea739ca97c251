-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create statistics orders_stats (dependencies) on customer_id, state from orders;
