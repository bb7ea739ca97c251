-- expect: rules=table-rewrite; rewrites=yes; blocks=yes; repeats=yes; contract=no
cluster legacy using legacy_pkey;
