-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter index if exists orders_state_idx rename to orders_by_state;
