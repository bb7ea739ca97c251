-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=yes
alter domain positive add constraint above check (value > -1) not valid;
