-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create table events_rest partition of events default;
