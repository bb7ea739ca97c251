-- expect: rules=add-column-generated-stored; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column gross numeric generated always as (total * 1.19) stored;
