-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table legacy disable row level security;
