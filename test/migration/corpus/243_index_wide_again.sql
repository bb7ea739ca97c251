-- expect: rules=invalid-index-left-behind, many-column-index; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
create index concurrently if not exists orders_wide on orders (quantity, note, total, weight);
