-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
merge into legacy l using (select 5 as id) s on l.id = s.id when matched then update set payload = 'm' when not matched then insert (id) values (s.id);
