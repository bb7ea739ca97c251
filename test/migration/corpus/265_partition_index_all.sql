-- expect: rules=create-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=no
create index events_what_all on events (what);
