-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
do $$
begin
  perform setval('invoice_numbers', 100);
end
$$;
