-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column gift boolean not null default false;
