-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table customers add constraint customers_email unique using index customers_email_key;
