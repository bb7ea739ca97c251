-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add constraint weight_any check (weight > -1000000) not valid;
