-- expect: rules=opaque-statement; rewrites=no; blocks=yes; repeats=yes; contract=no
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename like 'legacy%' loop
    execute format('alter table %I add column if not exists touched_at timestamptz', name);
  end loop;
end
$$;
