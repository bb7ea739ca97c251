-- The database as it was before migrations were kept in files.
create table orders (id bigint generated always as identity primary key, item text not null);
insert into orders (item) select 'tea no. ' || n from generate_series(1, 200) as n;
