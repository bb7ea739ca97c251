-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create or replace view order_totals as select customer_id, sum(total) as total, count(*) as many from orders group by customer_id;
