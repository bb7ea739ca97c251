-- expect: rules=drop-object; rewrites=no; blocks=no; repeats=no; contract=yes
drop view order_totals cascade;
