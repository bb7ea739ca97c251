-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter table legacy enable row level security;
