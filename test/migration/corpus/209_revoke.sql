-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
revoke select on legacy from app;
