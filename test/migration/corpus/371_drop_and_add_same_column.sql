-- expect: rules=drop-column, multiple-alter-table; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table legacy drop column payload;
alter table legacy add column payload text;
