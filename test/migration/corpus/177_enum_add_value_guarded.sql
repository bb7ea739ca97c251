-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
alter type mood add value if not exists 'calm' before 'sad';
