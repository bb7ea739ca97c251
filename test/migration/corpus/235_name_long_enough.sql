-- expect: rules=prefer-bigint; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists parcels_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (id integer);
