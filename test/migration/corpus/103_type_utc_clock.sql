-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
set local timezone = 'UTC';
alter table orders alter column placed_at type timestamptz;
