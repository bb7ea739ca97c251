-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create trigger legacy_touch before update on legacy for each row execute function touch();
