// Rule drop-column-with-constraint: column that takes a constraint or an index with it.
import { onOld, rule } from './rule.ts';

export const dropColumnWithConstraint = rule({
  id: 'drop-column-with-constraint',
  level: 'warn',
  title: 'Column that takes a constraint or an index with it',
  why: 'The foreign key, check or index over the column goes without a word.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Drop the constraint or the index in a statement of its own, before.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders drop column state;',
  good: 'alter table orders drop column note;',
  about: ['drop-column'],
  finds: (here) => {
    const act = onOld(here, 'drop-column');
    if (act === undefined) return undefined;
    const constraint = here.schema.tables
      .get(act.table)
      ?.constraints.find(({ columns }) => columns.includes(act.column));
    const index = [...here.schema.indexes.values()].find(
      ({ table, keys }) => table === act.table && keys.includes(act.column),
    );
    const name = constraint?.name ?? index?.name;
    return name === undefined
      ? undefined
      : { what: `${name} is dropped along with ${act.table}.${act.column}, without a word` };
  },
});
