-- expect: rules=create-index-not-concurrently, prefer-bigint, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table legacy add column parent integer;
create index legacy_parent on legacy (parent);
alter table legacy add constraint legacy_parent_fk foreign key (parent) references legacy (id) not valid;
