-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=yes
-- transaction:false
alter table events detach partition events_2025 concurrently;
