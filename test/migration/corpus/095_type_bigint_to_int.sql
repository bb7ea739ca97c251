-- expect: rules=change-column-type, column-used-by-view; fails=yes
alter table orders alter column customer_id type integer;
