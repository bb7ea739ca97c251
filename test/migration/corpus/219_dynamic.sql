-- expect: rules=opaque-statement; rewrites=no; blocks=yes; repeats=no; contract=no
do $$ begin execute 'alter table orders add column ' || quote_ident('gift') || ' boolean'; end $$;
