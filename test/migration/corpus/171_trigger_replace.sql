-- expect: rules=; rewrites=no; blocks=yes; repeats=yes; contract=no
create or replace trigger legacy_touch before update on legacy for each row execute function touch();
