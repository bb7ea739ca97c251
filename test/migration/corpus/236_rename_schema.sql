-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create schema shop_old;
alter schema shop_old rename to shop;
