-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
insert into customers (email, name) values ('new@shop.example', 'New') on conflict (email) do nothing;
