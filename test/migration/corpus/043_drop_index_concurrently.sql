-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
drop index concurrently if exists orders_state_idx;
