-- expect: rules=prefer-bigint; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column a integer, alter column note type text, drop constraint orders_quantity_small, add constraint a_positive check (a > 0) not valid;
