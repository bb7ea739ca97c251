-- expect: rules=add-check-constraint-valid; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add constraint orders_id_there check (id is not null);
