-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column seen date not null default (now() at time zone 'utc')::date;
