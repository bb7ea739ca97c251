-- expect: rules=rename-table; rewrites=no; blocks=yes; repeats=no; contract=yes
create schema shop;
alter table legacy set schema shop;
