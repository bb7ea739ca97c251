-- expect: rules=prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column seven integer default steady();
