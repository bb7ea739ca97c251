-- expect: rules=drop-before-retention, drop-column; rewrites=no; blocks=yes; repeats=yes; contract=yes
create or replace function tidy() returns void language plpgsql as $$ begin alter table legacy drop column if exists old_name; end $$;
select tidy();
