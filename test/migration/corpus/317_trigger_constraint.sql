-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=no
create constraint trigger orders_later after insert on orders deferrable initially deferred for each row execute function touch();
