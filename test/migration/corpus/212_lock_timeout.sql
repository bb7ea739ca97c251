-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
set local lock_timeout = '2s';
alter table orders add column if not exists gift boolean;
