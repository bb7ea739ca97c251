-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column gift text;
alter table orders add constraint gift_short check (length(gift) < 10) not valid;
