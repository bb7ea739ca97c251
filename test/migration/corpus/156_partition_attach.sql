-- expect: rules=attach-partition-scan; rewrites=no; blocks=yes; repeats=no; contract=no
alter table events attach partition events_2026 for values from ('2026-01-01') to ('2027-01-01');
