-- expect: rules=duplicate-index, rerun-after-half; rewrites=no; blocks=yes; repeats=no; contract=no
-- transaction:false
alter table orders add column gift boolean;
create index concurrently orders_gift on orders (id);
