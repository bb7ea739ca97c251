-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
create or replace trigger orders_touch before update on orders for each row execute function touch();
