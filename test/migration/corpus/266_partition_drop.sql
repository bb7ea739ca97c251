-- expect: rules=drop-before-retention, drop-table; rewrites=no; blocks=yes; repeats=no; contract=yes
drop table events_2025;
