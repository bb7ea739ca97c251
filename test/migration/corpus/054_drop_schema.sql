-- expect: rules=drop-schema; rewrites=no; blocks=no; repeats=yes; contract=no
create schema archive;
drop schema archive;
