-- expect: rules=drop-before-retention, drop-table; rewrites=no; blocks=yes; repeats=yes; contract=yes
drop table if exists legacy;
