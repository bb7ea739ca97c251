-- expect: rules=domain-constraint-valid; rewrites=no; blocks=yes; repeats=yes; contract=yes
alter domain positive set not null;
