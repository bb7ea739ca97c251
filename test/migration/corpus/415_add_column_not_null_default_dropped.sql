-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add column gift text not null default 'none';
alter table orders alter column gift drop default;
