-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
drop index concurrently if exists orders_note_idx;
create index concurrently orders_note_idx on orders (note);
