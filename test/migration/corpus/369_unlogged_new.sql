-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create unlogged table scratch (id bigint primary key);
alter table scratch set logged;
