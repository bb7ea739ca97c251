-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
vacuum legacy;
