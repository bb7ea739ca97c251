-- expect: rules=refresh-matview-not-concurrently; rewrites=no; blocks=no; repeats=yes; contract=no
refresh materialized view totals;
