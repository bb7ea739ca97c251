-- expect: rules=multiple-alter-table, not-valid-and-validate-same-transaction, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint weight_positive check (weight > 0) not valid;
alter table orders validate constraint weight_positive;
