-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create procedure tidy() language plpgsql as $$ begin delete from legacy where id = 0; end $$;
