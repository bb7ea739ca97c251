-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
alter index orders_state_idx rename to orders_by_state;
