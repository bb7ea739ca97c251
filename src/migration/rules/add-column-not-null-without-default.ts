// Rule add-column-not-null-without-default: new NOT NULL column without a default.
import { isSerial } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const addColumnNotNullWithoutDefault = rule({
  id: 'add-column-not-null-without-default',
  level: 'error',
  title: 'New NOT NULL column without a default',
  why: 'On a table with rows the statement fails; on an empty one old code, which does not know the column, can no longer insert.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait',
  versions: 'all',
  fix: 'Let the column be nullable, or give it a constant DEFAULT.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders add column gift boolean not null;',
  good: 'alter table orders add column gift boolean not null default false;',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (
      !(
        column.notNull &&
        (column.default === undefined || column.default.isNull) &&
        column.generated === undefined &&
        !isSerial(column.type)
      )
    )
      return undefined;
    return {
      what: `${table}.${column.name} has no value for the rows that are there, and code that runs does not write it`,
    };
  },
});
