-- expect: rules=rename-table; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy rename to older;
