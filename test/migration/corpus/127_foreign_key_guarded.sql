-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
do $$ begin
  alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) not valid;
exception when duplicate_object then null;
end $$;
