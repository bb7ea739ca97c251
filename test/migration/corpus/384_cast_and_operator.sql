-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create function is_same(integer, integer) returns boolean language sql immutable as $$ select $1 = $2 $$;
create operator === (leftarg = integer, rightarg = integer, function = is_same);
