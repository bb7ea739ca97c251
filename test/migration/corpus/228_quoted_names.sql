-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=no; contract=no
create table "Order Lines" ("Line No" integer);
alter table "Order Lines" add column "Größe" text not null;
