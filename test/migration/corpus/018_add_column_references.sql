-- expect: rules=add-column-inline-references, fk-without-index; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column shop_id bigint references customers (id);
