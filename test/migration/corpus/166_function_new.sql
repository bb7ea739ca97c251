-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create function twice(n integer) returns integer language sql immutable as $$ select n * 2 $$;
