-- expect: rules=change-column-type; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column quantity type positive;
