-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint weight_positive check (weight > 0) not valid;
