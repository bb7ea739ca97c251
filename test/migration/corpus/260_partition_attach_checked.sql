-- expect: rules=multiple-alter-table, not-valid-and-validate-same-transaction, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table events_2026 add constraint events_2026_range check (at >= '2026-01-01' and at < '2027-01-01') not valid;
alter table events_2026 validate constraint events_2026_range;
alter table events attach partition events_2026 for values from ('2026-01-01') to ('2027-01-01');
