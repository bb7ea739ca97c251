-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists colours (name text primary key);
insert into colours values ('red') on conflict do nothing;
