-- expect: rules=prefer-text; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column street varchar(80);
