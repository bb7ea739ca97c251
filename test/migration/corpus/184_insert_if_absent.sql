-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
insert into legacy (id, old_name) select 77, 'x' where not exists (select 1 from legacy where id = 77);
