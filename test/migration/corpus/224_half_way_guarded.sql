-- expect: rules=duplicate-index, invalid-index-left-behind; rewrites=no; blocks=yes; repeats=yes; contract=no
-- transaction:false
alter table orders add column if not exists gift boolean;
create index concurrently if not exists orders_gift on orders (id);
