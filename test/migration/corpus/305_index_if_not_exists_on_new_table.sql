-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists baskets (id bigint primary key, note text);
create index if not exists baskets_note_idx on baskets (note);
