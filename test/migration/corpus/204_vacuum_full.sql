-- expect: rules=table-rewrite; rewrites=yes; blocks=yes; repeats=yes; contract=no
-- transaction:false
vacuum full legacy;
