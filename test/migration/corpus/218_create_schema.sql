-- expect: rules=; rewrites=no; blocks=no; repeats=yes; contract=no
create schema if not exists app_data;
create table if not exists app_data.settings (name text primary key);
