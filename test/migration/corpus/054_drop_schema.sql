-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create schema archive;
drop schema archive;
