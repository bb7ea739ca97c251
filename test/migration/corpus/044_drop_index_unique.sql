-- expect: rules=drop-index-not-concurrently; rewrites=no; blocks=yes; repeats=no; contract=yes
drop index customers_email_key;
