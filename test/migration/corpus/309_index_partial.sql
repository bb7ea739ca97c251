-- expect: rules=create-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=no
create index orders_open on orders (id) where state = 'new';
