-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create or replace function steady() returns integer language sql immutable as $$ select 7 $$;
