-- expect: rules=change-column-type; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column state type text collate "C";
