// Rule add-column-inline-unique: new column that is UNIQUE or PRIMARY KEY at once.
import { onOld, rule } from './rule.ts';

export const addColumnInlineUnique = rule({
  id: 'add-column-inline-unique',
  level: 'error',
  title: 'New column that is UNIQUE or PRIMARY KEY at once',
  why: 'Its index is built while the table is locked.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait',
  versions: 'all',
  fix: 'Add the column, build a unique index CONCURRENTLY in a file of its own, then ADD CONSTRAINT … USING INDEX.',
  bad: 'alter table orders add column number bigint unique;',
  good: 'alter table orders add column number bigint;',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (!column.constraints.some(({ kind }) => kind === 'unique' || kind === 'primary')) return undefined;
    return { what: `the index of ${table}.${column.name} is built under the lock` };
  },
});
