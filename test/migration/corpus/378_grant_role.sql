-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create role reader;
grant select on orders to reader;
