-- expect: rules=drop-schema; rewrites=no; blocks=yes; repeats=yes; contract=yes
drop schema public cascade;
create schema public;
