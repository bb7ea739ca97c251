-- expect: rules=create-index-not-concurrently, statements-after-access-exclusive; rewrites=no; blocks=yes; repeats=no; contract=no
alter table legacy add column slug text;
create unique index legacy_slug on legacy (slug);
