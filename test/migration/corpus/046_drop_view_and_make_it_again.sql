-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
drop view order_totals;
create view order_totals as select customer_id, sum(total) as total, count(*) as orders from orders group by customer_id;
