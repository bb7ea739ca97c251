-- expect: rules=rename-enum-value; rewrites=no; blocks=no; repeats=no; contract=yes
alter type mood rename value 'sad' to 'gloomy';
