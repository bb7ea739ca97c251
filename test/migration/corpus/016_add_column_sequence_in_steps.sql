-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=no
create sequence orders_number;
alter table orders add column number bigint;
alter table orders alter column number set default nextval('orders_number');
