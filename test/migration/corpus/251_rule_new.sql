-- expect: rules=; rewrites=no; blocks=yes; repeats=no; contract=yes
create rule legacy_quiet as on delete to legacy do instead nothing;
