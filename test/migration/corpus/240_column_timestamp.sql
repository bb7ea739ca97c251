-- expect: rules=prefer-timestamptz; rewrites=no; blocks=yes; repeats=no; contract=no
alter table orders add column sent_at timestamp;
