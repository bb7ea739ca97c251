-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add constraint orders_note_short check (length(note) < 10) not enforced;
