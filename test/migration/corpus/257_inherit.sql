-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table special (extra_note text) inherits (legacy);
