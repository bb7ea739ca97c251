-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create materialized view counts as select customer_id, count(*) from orders group by customer_id;
