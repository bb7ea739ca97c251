-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=no; contract=no
create table draft (id integer);
alter table draft rename to drafts;
