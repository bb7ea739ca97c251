-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=yes
alter index items_pk rename to items_key;
