-- expect: rules=prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column pair integer[] default array[1, 2];
