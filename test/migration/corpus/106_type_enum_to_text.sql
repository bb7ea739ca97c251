-- expect: rules=change-column-type, multiple-alter-table; rewrites=yes; blocks=yes; repeats=yes; contract=yes
alter table feelings alter column feeling drop default;
alter table feelings alter column feeling type text using feeling::text;
