-- expect: rules=rename-column; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy rename column payload to old_payload;
