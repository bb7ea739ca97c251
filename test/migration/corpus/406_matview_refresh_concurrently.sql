-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
refresh materialized view concurrently totals;
