-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
do $$
begin
  if not exists (select 1 from information_schema.columns where table_name = 'orders' and column_name = 'gift') then
    alter table orders add column gift boolean not null default false;
  end if;
end
$$;
