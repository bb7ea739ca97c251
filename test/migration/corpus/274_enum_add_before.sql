-- expect: rules=; rewrites=no; blocks=no; repeats=no; contract=no
alter type mood add value 'calm' before 'sad';
