-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=yes; contract=no
create schema shop;
create table shop.a (id integer);
drop schema shop cascade;
