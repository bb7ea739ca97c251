-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table legacy rename to older;
create view legacy as select * from older;
grant select, insert, update, delete on legacy to app;
