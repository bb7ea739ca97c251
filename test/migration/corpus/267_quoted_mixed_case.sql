-- expect: rules=multiple-alter-table; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column "Note Two" text default 'a;b';
alter table orders add constraint "Note Check" check ("Note Two" <> '') not valid;
