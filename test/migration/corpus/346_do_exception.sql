-- expect: rules=create-enum; rewrites=no; blocks=no; repeats=yes; contract=no
do $$
begin
  create type shade as enum ('dark', 'light');
exception when duplicate_object then null;
end
$$;
