-- expect: rules=add-column-inline-unique; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column slug text constraint orders_slug_one unique;
