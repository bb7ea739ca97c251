-- expect: rules=rename-table; rewrites=no; blocks=no; repeats=no; contract=yes
alter view order_totals rename to sums;
