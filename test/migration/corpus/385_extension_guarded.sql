-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create extension if not exists plpgsql;
