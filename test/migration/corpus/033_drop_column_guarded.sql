-- expect: rules=drop-before-retention, drop-column; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table legacy drop column if exists old_name;
