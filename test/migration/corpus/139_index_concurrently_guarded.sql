-- expect: rules=invalid-index-left-behind; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
create index concurrently if not exists orders_note_idx on orders (note);
