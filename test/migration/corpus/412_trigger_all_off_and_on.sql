-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table legacy disable trigger user;
alter table legacy enable trigger user;
