-- expect: rules=add-column-not-null-without-default; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table stock add column place text not null;
