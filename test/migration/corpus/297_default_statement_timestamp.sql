-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column seen timestamptz default statement_timestamp();
