-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders alter column note type varchar(50) collate "C";
