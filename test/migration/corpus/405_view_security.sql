-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter view order_totals set (security_invoker = true);
