-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table bookings (during int4range, exclude using gist (during with &&));
