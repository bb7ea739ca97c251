// Rule rename-table: RENAME of a table.
import { rule } from './rule.ts';

export const renameTable = rule({
  id: 'rename-table',
  level: 'warn',
  title: 'RENAME of a table or view',
  why: 'Code that runs knows the old name, and fails from that moment on.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Rename and, in the same transaction, create a view under the old name; drop the view in a later release.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'alter table orders rename to purchases;',
  good: 'alter table orders rename to purchases;\ncreate view orders as select * from purchases;',
  about: ['rename'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'rename' || (act.thing !== 'table' && act.thing !== 'view') || here.isNew(act.table || act.from))
      return undefined;
    if (
      here.after.some(
        (one) => one.kind === 'create' && one.thing === 'view' && one.name === act.from && one.reads.includes(act.to),
      )
    )
      return undefined;
    return { what: `code that runs says ${act.from} and fails from that moment on` };
  },
});
