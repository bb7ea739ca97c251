// Rule add-column-volatile-default: new column with a default that differs from row to row.
import { isVolatile } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const addColumnVolatileDefault = rule({
  id: 'add-column-volatile-default',
  level: 'error',
  title: 'New column with a default that differs from row to row',
  why: 'A volatile default is computed for each row: the whole table is written anew while nobody can read or write it.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the table is rewritten',
  versions: '11 and newer for volatile defaults; before, every default',
  fix: 'Add the column without a default, SET DEFAULT for new rows, and fill old rows in batches.',
  bad: 'alter table orders add column token uuid default gen_random_uuid();',
  good: 'alter table orders add column token uuid;\nalter table orders alter column token set default gen_random_uuid();',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (
      !(
        column.default !== undefined &&
        (isVolatile(column.default, here.schema) ||
          (here.server.major !== undefined && here.server.major < 11 && !column.default.isNull))
      )
    )
      return undefined;
    return {
      what: `the default of ${table}.${column.name} writes every row of the table (${[...new Set(column.default?.calls)].slice(0, 3).join(', ') || 'before PostgreSQL 11 any default does'})`,
    };
  },
});
