-- expect: rules=create-index-not-concurrently, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column slug text;
create unique index orders_slug_key on orders (slug);
