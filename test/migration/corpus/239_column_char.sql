-- expect: rules=ban-char; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column short char(2);
