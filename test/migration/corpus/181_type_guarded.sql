-- expect: rules=create-enum; rewrites=no; blocks=no; repeats=yes; contract=no
do $$ begin
  if not exists (select 1 from pg_type where typname = 'colour') then
    create type colour as enum ('red');
  end if;
end $$;
