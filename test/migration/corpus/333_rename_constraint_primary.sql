-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table items rename constraint items_pk to items_key;
