-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table legacy drop column if exists never_there;
