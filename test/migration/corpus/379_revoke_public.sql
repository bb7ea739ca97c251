-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
revoke all on orders from public;
