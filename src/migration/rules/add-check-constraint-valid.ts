// Rule add-check-constraint-valid: CHECK that is validated at once.
import { provenNotNull } from '../rewrite.ts';
import { extended } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const addCheckConstraintValid = rule({
  id: 'add-check-constraint-valid',
  level: 'error',
  title: 'CHECK that is validated at once',
  why: 'Every row is read while nobody can read or write.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as all rows are read',
  versions: 'all',
  fix: 'Add it NOT VALID, and VALIDATE CONSTRAINT in another migration: that lets reads and writes go on.',
  bad: 'alter table orders add constraint quantity_positive check (quantity > 0);',
  good: 'alter table orders add constraint quantity_positive check (quantity > 0) not valid;',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    if (act === undefined || !act.constraint.validated || !['check', 'not-null'].includes(act.constraint.kind))
      return undefined;
    if (
      act.constraint.kind === 'not-null' &&
      act.constraint.columns.every((column) => provenNotNull(act.table, column, here.schema))
    )
      return undefined;
    return {
      what: `every row of ${act.table} is read under the lock`,
      suggestion: extended(here.statement, 'NOT VALID'),
    };
  },
});
