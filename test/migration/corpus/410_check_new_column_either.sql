-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add column gift text;
alter table orders add column wrap text;
alter table orders add constraint gift_or_wrap check (num_nonnulls(gift, wrap) = 1) not valid;
