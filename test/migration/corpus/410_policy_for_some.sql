-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy enable row level security;
create policy high on legacy using (id > 10);
