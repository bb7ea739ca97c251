-- expect: rules=rename-column; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders rename column note to remark;
