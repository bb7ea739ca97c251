-- expect: rules=drop-index-not-concurrently; rewrites=no; blocks=yes; repeats=yes; contract=no
drop index if exists orders_state_idx;
