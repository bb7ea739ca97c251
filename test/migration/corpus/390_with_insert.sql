-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
with fresh as (insert into customers (email) values ('with@shop.example') on conflict do nothing returning id) select count(*) from fresh;
