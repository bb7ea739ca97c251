-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table parcels (id bigint generated always as identity primary key, weight numeric not null);
