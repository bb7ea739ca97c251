-- expect: rules=prefer-identity; rewrites=no; blocks=no; repeats=no; contract=no
create table if not exists tickets (id bigserial primary key, word text);
insert into tickets (word) values ('a');
