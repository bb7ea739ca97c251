-- expect: rules=add-column-volatile-default, prefer-bigint; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table orders add column seven integer default changing();
