-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column moods mood[] not null default '{}';
