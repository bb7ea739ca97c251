-- expect: rules=drop-before-retention, drop-column; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy drop column old_name;
