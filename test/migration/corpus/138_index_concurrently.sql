-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
-- transaction:false
create index concurrently orders_note_idx on orders (note);
