-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists parcels (id bigint generated always as identity primary key, weight numeric not null);
