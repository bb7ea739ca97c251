-- expect: rules=create-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=no
create index "orders total" on "public"."orders" ("total");
