-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy drop constraint legacy_pkey;
