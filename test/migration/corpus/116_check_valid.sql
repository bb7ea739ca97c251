-- expect: rules=add-check-constraint-valid; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint weight_positive check (weight > 0);
