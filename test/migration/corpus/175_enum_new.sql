-- expect: rules=create-enum; rewrites=no; blocks=no; repeats=no; contract=no
create type colour as enum ('red', 'green');
