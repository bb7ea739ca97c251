-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=yes
alter sequence invoice_numbers rename to bill_numbers;
