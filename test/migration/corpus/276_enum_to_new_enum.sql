-- expect: rules=change-column-type, create-enum, multiple-alter-table; rewrites=yes; blocks=yes; repeats=no; contract=yes
create type mood_two as enum ('happy', 'sad', 'calm');
alter table feelings alter column feeling drop default;
alter table feelings alter column feeling type mood_two using feeling::text::mood_two;
alter table feelings alter column feeling set default 'happy';
