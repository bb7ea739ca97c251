-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
select count(*) from orders;
