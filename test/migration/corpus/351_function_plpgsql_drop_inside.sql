-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create function drop_later() returns void language plpgsql as $$
begin
  drop table legacy;
end
$$;
