-- expect: rules=rename-column; rewrites=no; blocks=no; repeats=no; contract=yes
alter view order_totals rename column total to amount;
