-- expect: rules=change-column-type, column-used-by-view; fails=yes
alter table orders alter column total type numeric(12, 4);
