-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table orders drop constraint if exists weight_positive;
alter table orders add constraint weight_positive check (weight > 0) not valid;
