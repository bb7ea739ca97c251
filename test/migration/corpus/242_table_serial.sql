-- expect: rules=prefer-bigint, prefer-identity; rewrites=no; blocks=no; repeats=no; contract=no
create table tickets (id serial primary key);
