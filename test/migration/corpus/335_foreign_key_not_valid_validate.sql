-- expect: rules=multiple-alter-table, not-valid-and-validate-same-transaction; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) not valid;
alter table orders validate constraint orders_customer;
