-- expect: rules=fk-without-index; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table items add constraint items_sku foreign key (sku) references stock (sku) not valid;
