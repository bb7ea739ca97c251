-- expect: rules=table-rewrite; rewrites=yes; blocks=yes; repeats=yes; contract=no
cluster orders using orders_state_idx;
