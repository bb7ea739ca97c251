-- expect: rules=change-column-type; rewrites=yes; blocks=yes; repeats=yes; contract=no
alter table orders alter column note type text using lower(note);
