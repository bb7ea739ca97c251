-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=no; contract=no
create table keys (a integer not null);
create unique index keys_a on keys (a);
alter table keys add constraint keys_pk primary key using index keys_a;
