-- expect: rules=concurrently-in-transaction; fails=yes
-- migrate:up
create index concurrently orders_note_idx on orders (note);
-- migrate:down
drop index orders_note_idx;
