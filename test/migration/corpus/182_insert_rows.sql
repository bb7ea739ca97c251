-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
insert into customers (email, name) values ('new@shop.example', 'New');
