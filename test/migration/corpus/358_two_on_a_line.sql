-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column a_one text; alter table orders add column a_two text;
