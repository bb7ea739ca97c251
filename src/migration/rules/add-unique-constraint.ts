// Rule add-unique-constraint: UNIQUE or PRIMARY KEY that builds its index at once.
import { onOld, rule } from './rule.ts';

export const addUniqueConstraint = rule({
  id: 'add-unique-constraint',
  level: 'error',
  title: 'UNIQUE or PRIMARY KEY that builds its index at once',
  why: 'The index is built while nobody can read or write.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the index is built',
  versions: 'all',
  fix: 'CREATE UNIQUE INDEX CONCURRENTLY in a file of its own, then ADD CONSTRAINT … UNIQUE USING INDEX.',
  bad: 'alter table orders add constraint orders_note_key unique (note);',
  good: 'alter table orders add constraint orders_customer_key unique using index orders_customer_key;',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    if (act === undefined || act.constraint.index !== '' || !['unique', 'primary'].includes(act.constraint.kind))
      return undefined;
    return { what: `the index on ${act.table} (${act.constraint.columns.join(', ')}) is built under the lock` };
  },
});
