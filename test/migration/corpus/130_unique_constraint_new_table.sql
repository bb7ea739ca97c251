-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table codes (code text);
alter table codes add constraint codes_code unique (code);
