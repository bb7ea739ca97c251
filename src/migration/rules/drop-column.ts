// Rule drop-column: DROP COLUMN.
import { mayBeThere } from '../schema.ts';
import { onOld, rule } from './rule.ts';

export const dropColumn = rule({
  id: 'drop-column',
  level: 'warn',
  title: 'DROP COLUMN',
  why: 'Its data is gone, and code that still names it fails.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Stop reading and writing it, mark it DEPRECATED with COMMENT ON COLUMN, drop it a release later.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders drop column note;',
  good: "comment on column orders.note is 'DEPRECATED: see remark';",
  about: ['drop-column'],
  finds: (here) => {
    const act = onOld(here, 'drop-column');
    if (act !== undefined && !mayBeThere(act, here.schema)) return undefined;
    return act === undefined || here.isNewColumn(act.table, act.column)
      ? undefined
      : { what: `the data of ${act.table}.${act.column} is gone` };
  },
});
