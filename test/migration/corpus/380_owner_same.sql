-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders owner to current_user;
