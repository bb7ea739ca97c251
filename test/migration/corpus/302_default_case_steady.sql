-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column kind text default case when steady() = 7 then 'a' else 'b' end;
