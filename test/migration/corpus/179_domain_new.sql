-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create domain price as numeric(8, 2);
