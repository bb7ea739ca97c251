-- expect: rules=identifier-too-long, prefer-bigint; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists parcels_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (id integer);
