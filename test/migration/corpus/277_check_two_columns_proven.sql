-- expect: rules=multiple-alter-table, not-valid-and-validate-same-transaction, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_pair check (customer_id is not null and total is not null) not valid;
alter table orders validate constraint orders_pair;
alter table orders alter column total set not null;
