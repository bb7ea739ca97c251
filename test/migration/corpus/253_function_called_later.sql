-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
select touch_count from (select 1 as touch_count) t;
