-- expect: rules=add-unique-might-fail, create-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=yes
create unique index legacy_name on legacy (old_name);
