-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create table if not exists logs (id bigint primary key, line text);
create index if not exists logs_line on logs (line);
