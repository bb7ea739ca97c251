-- expect: rules=json-column; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column more json;
