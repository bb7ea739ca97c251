-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create index events_what_only on only events (what);
