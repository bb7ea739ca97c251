-- expect: rules=domain-with-constraint; rewrites=no; blocks=no; repeats=no; contract=no
create domain even as integer check (value % 2 = 0);
