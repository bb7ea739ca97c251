-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create publication everything for table orders;
