-- expect: rules=multiple-alter-table, set-not-null, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column gift boolean default false;
alter table orders alter column gift set not null;
