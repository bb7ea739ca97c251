-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders add column if not exists gift boolean;
