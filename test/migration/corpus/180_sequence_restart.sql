-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter sequence invoice_numbers restart with 100;
