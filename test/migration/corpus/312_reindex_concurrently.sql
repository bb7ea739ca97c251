-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
reindex index concurrently orders_state_idx;
