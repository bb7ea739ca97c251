-- expect: rules=add-check-constraint-valid; rewrites=no; blocks=yes; repeats=no; contract=no
alter table items add constraint items_there check (order_id is not null and sku is not null);
