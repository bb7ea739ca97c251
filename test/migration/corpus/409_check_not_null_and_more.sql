-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_heavy check (id is not null and weight > 0) not valid;
