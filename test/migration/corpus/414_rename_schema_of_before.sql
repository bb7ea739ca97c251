-- expect: rules=rename-schema; fails=yes
alter schema reports rename to old_reports;
