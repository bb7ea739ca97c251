-- expect: rules=add-column-generated-stored, multiple-alter-table; rewrites=yes; blocks=yes; repeats=no; contract=no
alter table legacy add column upper_name text generated always as (upper(old_name)) stored;
alter table legacy alter column upper_name drop expression;
