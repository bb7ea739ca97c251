-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
drop materialized view totals;
create materialized view totals as select customer_id, sum(total) as total from orders group by customer_id;
create unique index totals_key on totals (customer_id);
