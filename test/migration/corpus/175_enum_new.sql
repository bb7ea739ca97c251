-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create type colour as enum ('red', 'green');
