-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=yes
alter type mood rename to temper;
