-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
do $$ begin execute 'alter table orders add column gift boolean'; end $$;
