-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
grant all on all tables in schema public to app;
