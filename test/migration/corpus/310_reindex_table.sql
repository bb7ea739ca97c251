-- expect: rules=reindex-not-concurrently; rewrites=no; blocks=yes; repeats=yes; contract=no
reindex table orders;
