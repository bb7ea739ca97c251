-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table heirs (extra_note text) inherits (legacy);
