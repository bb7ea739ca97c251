-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
with gone as (delete from legacy where id > 0 returning id) select count(*) from gone;
