-- expect: rules=change-column-type; rewrites=yes; blocks=yes; repeats=yes; contract=yes
alter table orders alter column paid_at type timestamptz(0);
