-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column note type varchar(80) using note::varchar(80);
