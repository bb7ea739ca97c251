-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders add constraint quantity_there not null quantity not valid;
