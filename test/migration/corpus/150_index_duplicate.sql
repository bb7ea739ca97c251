-- expect: rules=duplicate-index, invalid-index-left-behind; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
create index concurrently if not exists orders_state_again on orders (state);
