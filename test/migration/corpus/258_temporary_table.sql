-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create temporary table scratch as select id from orders;
create index on scratch (id);
drop table scratch;
