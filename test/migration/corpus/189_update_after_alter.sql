-- expect: rules=backfill-in-migration, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=yes; contract=no
alter table orders add column if not exists remark text;
update orders set remark = note where remark is null;
