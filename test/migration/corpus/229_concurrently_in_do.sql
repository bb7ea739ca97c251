-- expect: rules=concurrently-in-transaction; fails=yes
-- transaction:false
do $$ begin create index concurrently orders_note_idx on orders (note); end $$;
