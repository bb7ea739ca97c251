-- expect: rules=add-unique-might-fail, create-index-not-concurrently, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table feelings drop constraint feelings_pkey;
create unique index feelings_id on feelings (id);
alter table feelings add constraint feelings_pk primary key using index feelings_id;
