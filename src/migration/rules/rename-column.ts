// Rule rename-column: RENAME of a column.
import { rule } from './rule.ts';

export const renameColumn = rule({
  id: 'rename-column',
  level: 'warn',
  title: 'RENAME of a column',
  why: 'Code that runs knows the old name, and fails from that moment on.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Add the new one, write both, let the code read the new one, drop the old one in a later release.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders rename column note to remark;',
  good: 'alter table orders add column remark text;',
  about: ['rename'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'rename' || act.thing !== 'column' || here.isNew(act.table || act.from)) return undefined;
    return { what: `code that runs says ${act.table}.${act.from} and fails from that moment on` };
  },
});
