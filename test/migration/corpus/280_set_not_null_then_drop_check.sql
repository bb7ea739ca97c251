-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders alter column weight set not null;
alter table orders drop constraint orders_weight_there;
