-- expect: rules=drop-object; rewrites=no; blocks=no; repeats=no; contract=yes
drop sequence invoice_numbers;
