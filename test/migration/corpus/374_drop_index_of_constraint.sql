-- expect: rules=drop-index-not-concurrently; rewrites=no; blocks=yes; repeats=yes; contract=yes
drop index if exists customers_email_key;
