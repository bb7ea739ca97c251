-- expect: rules=create-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=no
create index orders_lower on orders (lower(state));
