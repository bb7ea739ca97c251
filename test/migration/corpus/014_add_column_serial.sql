-- expect: rules=add-column-serial, prefer-identity; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column number bigserial;
