-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create table parcels (id bigint primary key, customer_id bigint references customers (id));
create index parcels_customer on parcels (customer_id);
