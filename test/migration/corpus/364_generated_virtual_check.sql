-- expect: rules=multiple-alter-table, prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table orders add column doubled integer generated always as (quantity * 2) virtual;
alter table orders add constraint doubled_small check (doubled < 500) not valid;
