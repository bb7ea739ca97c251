-- expect: rules=domain-with-constraint, table-rewrite; rewrites=yes; blocks=yes; repeats=no; contract=no
create domain needed as text not null;
alter table orders add column reason needed default 'none';
