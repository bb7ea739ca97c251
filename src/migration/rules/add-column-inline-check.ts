// Rule add-column-inline-check: new column with a CHECK at once.
import { onOld, rule } from './rule.ts';

export const addColumnInlineCheck = rule({
  id: 'add-column-inline-check',
  level: 'error',
  title: 'New column with a CHECK at once',
  why: 'Every row is read while the table is locked.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as all rows are read',
  versions: 'all',
  fix: 'Add the column, then the constraint NOT VALID, then VALIDATE CONSTRAINT in another migration.',
  bad: 'alter table orders add column weight integer check (weight > 0);',
  good: 'alter table orders add column weight integer;',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (!column.constraints.some(({ kind }) => kind === 'check')) return undefined;
    return { what: `the check of ${table}.${column.name} reads every row under the lock` };
  },
});
