-- expect: rules=drop-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=no
drop index orders_customer_idx cascade;
