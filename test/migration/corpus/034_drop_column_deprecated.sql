-- expect: rules=drop-column; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy drop column payload;
