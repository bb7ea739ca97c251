-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
create aggregate longest(text) (sfunc = textcat, stype = text);
