-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=yes
delete from legacy where old_name = 'gone';
