-- expect: rules=create-enum; rewrites=no; blocks=no; repeats=yes; contract=no
create type colour as enum ('red');
drop type colour;
