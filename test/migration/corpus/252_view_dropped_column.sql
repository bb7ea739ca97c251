-- expect: rules=drop-before-retention, drop-column, drop-object; rewrites=no; blocks=yes; repeats=no; contract=yes
drop view order_totals;
alter table orders drop column total cascade;
