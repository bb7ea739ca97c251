-- expect: rules=add-unique-constraint, add-unique-might-fail; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy add constraint legacy_name unique (old_name);
