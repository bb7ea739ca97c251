-- expect: rules=duplicate-column-assignments; fails=yes
update orders set note = 'a', note = 'b' where id = 1;
