-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create temporary table work_list on commit drop as select id from orders;
alter table work_list add column seen boolean not null default false;
update work_list set seen = true;
drop table work_list;
