-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table logs (id bigint primary key, line text);
create index logs_line on logs (line);
