-- expect: rules=drop-database; rewrites=no; blocks=no; repeats=yes; contract=no
-- transaction:false
drop database if exists never_there;
