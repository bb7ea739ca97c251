-- expect: rules=drop-before-retention, drop-column, drop-column-with-constraint; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders drop column state;
