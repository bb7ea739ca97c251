-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create table authors (id bigint primary key);
create table books (id bigint primary key, author_id bigint references authors (id));
create index books_author on books (author_id);
