-- expect: rules=create-index-not-concurrently, prefer-bigint; rewrites=no; blocks=yes; repeats=yes; contract=no
create table if not exists legacy (id integer primary key, old_name text, payload text);
create index if not exists legacy_name on legacy (old_name);
