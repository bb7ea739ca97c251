-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
do $$ declare r record; begin for r in select id from legacy loop update legacy set payload = 'x' where id = r.id; end loop; end $$;
