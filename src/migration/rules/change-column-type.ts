// Rule change-column-type: type change that rewrites or reads the table.
import { workOf } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const changeColumnType = rule({
  id: 'change-column-type',
  level: 'error',
  title: 'Type change that rewrites or reads the table',
  why: 'The table is written anew, or read whole, while nobody can read or write.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the table is rewritten',
  versions: '12 and newer for timestamp and timestamptz with TimeZone UTC',
  fix: 'Add a column of the new type, write both, fill old rows in batches, let the code read the new one, drop the old one later.',
  bad: 'alter table orders alter column quantity type bigint;',
  good: 'alter table orders alter column note type varchar(100);',
  about: ['change-type'],
  finds: (here) => {
    const act = onOld(here, 'change-type');
    if (act === undefined) return undefined;
    const work = workOf(act, here);
    if (work === 'none') return undefined;
    const from = here.schema.tables.get(act.table)?.columns.get(act.column)?.column.type.name;
    const how =
      work === 'rewrite'
        ? 'rewrites the table'
        : work === 'scan'
          ? 'reads the whole table or builds its indexes anew'
          : 'may rewrite the table: no migration tells the old type';
    return {
      what: `${act.table}.${act.column}${from === undefined ? '' : ` from ${from}`} to ${act.type.name} ${how}`,
    };
  },
});
