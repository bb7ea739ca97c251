-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) deferrable initially deferred not valid;
