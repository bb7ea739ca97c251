-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add column gift text;
alter table orders add constraint gift_there check (gift is not null) not valid;
