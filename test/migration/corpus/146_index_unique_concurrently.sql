-- expect: rules=add-unique-might-fail, invalid-index-left-behind; rewrites=no; blocks=no; repeats=yes; contract=yes
-- transaction:false
create unique index concurrently if not exists legacy_name on legacy (old_name);
