-- expect: rules=create-index-not-concurrently; rewrites=no; blocks=yes; repeats=yes; contract=no
create index if not exists orders_note_idx on orders (note);
