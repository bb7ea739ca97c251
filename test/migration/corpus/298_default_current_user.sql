-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column who text default current_user;
