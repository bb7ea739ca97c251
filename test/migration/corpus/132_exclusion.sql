-- expect: rules=add-exclusion-constraint; rewrites=no; blocks=yes; repeats=no; contract=yes
alter table legacy add constraint no_twice exclude using btree (old_name with =);
