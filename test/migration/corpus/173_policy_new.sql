-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create policy legacy_all on legacy using (true);
