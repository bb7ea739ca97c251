-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=yes; contract=no
create temporary table legacy (id integer);
drop table legacy;
