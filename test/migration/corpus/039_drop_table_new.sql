-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=yes; contract=no
create table draft (id integer);
drop table draft;
