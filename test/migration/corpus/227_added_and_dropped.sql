-- expect: rules=multiple-alter-table, same-release-add-drop; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders add column remark text;
alter table orders drop column remark;
