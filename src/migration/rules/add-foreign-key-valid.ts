// Rule add-foreign-key-valid: FOREIGN KEY that is validated at once.
import { extended } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const addForeignKeyValid = rule({
  id: 'add-foreign-key-valid',
  level: 'error',
  title: 'FOREIGN KEY that is validated at once',
  why: 'Every row is looked up while both tables refuse writes.',
  locks: 'SHARE ROW EXCLUSIVE on both tables: writes wait, for as long as all rows are looked up',
  versions: 'all',
  fix: 'Add it NOT VALID, and VALIDATE CONSTRAINT in another migration.',
  bad: 'alter table orders add constraint orders_customer foreign key (customer_id) references customers (id);',
  good: 'alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) not valid;',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    if (act?.constraint.kind !== 'foreign' || !act.constraint.validated) return undefined;
    return {
      what: `every row of ${act.table} is looked up in ${act.constraint.references?.table ?? 'the other table'} under the lock`,
      suggestion: extended(here.statement, 'NOT VALID'),
    };
  },
});
