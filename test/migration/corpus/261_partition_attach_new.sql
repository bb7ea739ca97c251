-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table events_2027 (like events);
alter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01');
