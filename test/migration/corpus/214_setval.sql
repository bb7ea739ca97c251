-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
select setval('invoice_numbers', 500);
