-- expect: rules=detach-partition-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table events detach partition events_2025;
