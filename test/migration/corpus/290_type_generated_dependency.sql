-- expect: rules=add-column-generated-stored; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table legacy add column long_name text generated always as (upper(old_name)) stored;
