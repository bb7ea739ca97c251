-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
drop trigger orders_touch on orders;
create trigger orders_touch before update on orders for each row execute function touch();
