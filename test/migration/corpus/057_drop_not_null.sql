-- expect: rules=drop-not-null; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column state drop not null;
