// Rule add-exclusion-constraint: EXCLUDE on a table with rows.
import { onOld, rule } from './rule.ts';

export const addExclusionConstraint = rule({
  id: 'add-exclusion-constraint',
  level: 'error',
  title: 'EXCLUDE on a table with rows',
  why: 'Its index is built while nobody can read or write, and there is no way to build it beside.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the index is built',
  versions: 'all',
  fix: 'Choose a quiet window, or a new table that takes the rows over in batches.',
  bad: 'alter table orders add constraint no_overlap exclude using gist (int4range(quantity, quantity + 1) with &&);',
  good: 'create table bookings (during int4range, exclude using gist (during with &&));',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    return act?.constraint.kind === 'exclude'
      ? { what: `the index of ${act.constraint.name || 'the constraint'} is built under the lock` }
      : undefined;
  },
});
