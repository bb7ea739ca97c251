-- expect: rules=prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column a_gift text, add column b_gift integer default 3, alter column note drop default;
