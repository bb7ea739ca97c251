-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table legacy set tablespace pg_default;
