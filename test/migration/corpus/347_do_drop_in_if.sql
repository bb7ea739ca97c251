-- expect: rules=drop-before-retention, drop-table; rewrites=no; blocks=yes; repeats=yes; contract=yes
do $$
begin
  if exists (select 1 from pg_tables where tablename = 'legacy') then
    drop table legacy;
  end if;
end
$$;
