-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
comment on column orders.note is 'DEPRECATED: see remark';
