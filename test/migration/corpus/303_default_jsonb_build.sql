-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column facts jsonb default jsonb_build_object('at', now());
