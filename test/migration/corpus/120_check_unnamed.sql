-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders add check (weight > 0) not valid;
