-- expect: rules=add-column-volatile-default; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column number bigint default nextval('invoice_numbers');
