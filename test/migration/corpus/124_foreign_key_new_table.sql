-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create table notes (order_id bigint references orders (id), text text);
create index notes_order on notes (order_id);
