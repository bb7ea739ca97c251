-- expect: rules=enum-value-order, enum-value-used-in-transaction; fails=yes
alter type mood add value 'calm';
insert into feelings (id, feeling) values (99, 'calm');
