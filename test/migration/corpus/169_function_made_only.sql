-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create or replace function tidy() returns void language plpgsql as $$ begin drop table legacy; end $$;
