-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table left_side (id bigint primary key);
create table right_side (id bigint primary key, left_id bigint);
create index right_left on right_side (left_id);
alter table right_side add constraint right_left_there foreign key (left_id) references left_side (id);
