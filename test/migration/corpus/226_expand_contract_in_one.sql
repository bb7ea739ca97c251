-- expect: rules=drop-before-retention, drop-column, multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add column remark text;
alter table orders drop column note;
