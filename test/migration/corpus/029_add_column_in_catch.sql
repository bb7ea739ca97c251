-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
do $$ begin
  alter table orders add column gift boolean;
exception when duplicate_column then null;
end $$;
