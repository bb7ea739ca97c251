-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
do $$
begin
  raise notice 'nothing to do';
end
$$;
