-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders add constraint orders_total_nn not null total not valid;
