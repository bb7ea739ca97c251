-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table secrets (id bigint primary key);
alter table secrets enable row level security;
create policy none_yet on secrets using (false);
