// Rule add-column-generated-stored: new generated column that is stored.
import { onOld, rule } from './rule.ts';

export const addColumnGeneratedStored = rule({
  id: 'add-column-generated-stored',
  level: 'error',
  title: 'New generated column that is stored',
  why: 'Its value is computed and written for every row while the table is locked.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the table is rewritten',
  versions: 'all; a VIRTUAL one (PostgreSQL 18) writes nothing',
  fix: 'Make it VIRTUAL (PostgreSQL 18), or a plain column that a trigger and batches fill.',
  bad: 'alter table orders add column gross numeric generated always as (total * 1.19) stored;',
  good: 'alter table orders add column gross numeric generated always as (total * 1.19) virtual;',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (!(column.generated === 'stored')) return undefined;
    return { what: `${table}.${column.name} is computed and written for every row` };
  },
});
