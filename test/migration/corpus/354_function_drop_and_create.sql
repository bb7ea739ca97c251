-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
drop function changing();
create function changing() returns integer language plpgsql volatile as $$ begin return 7; end $$;
