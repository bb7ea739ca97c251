-- expect: rules=domain-constraint-valid; rewrites=no; blocks=yes; repeats=no; contract=yes
alter domain positive add constraint above check (value > -1);
