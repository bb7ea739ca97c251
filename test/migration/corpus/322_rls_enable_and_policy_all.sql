-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table legacy enable row level security;
create policy everyone on legacy using (true) with check (true);
