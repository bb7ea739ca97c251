-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
grant select on legacy to public;
revoke select on legacy from app;
