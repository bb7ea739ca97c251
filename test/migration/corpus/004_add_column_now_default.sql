-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column seen_at timestamptz not null default now();
