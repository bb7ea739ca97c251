-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column gross numeric generated always as (total * 1.19) virtual;
