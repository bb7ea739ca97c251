// Rule write-without-where: UPDATE or DELETE of every row.
import { rule } from './rule.ts';

export const writeWithoutWhere = rule({
  id: 'write-without-where',
  level: 'warn',
  title: 'UPDATE or DELETE of every row',
  why: 'Every row is locked until the transaction ends, and the table grows to twice its size.',
  locks: 'ROW EXCLUSIVE, and every row: writes of the same rows wait',
  versions: 'all',
  fix: 'Write in batches of some thousand rows, each in its own transaction.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: "update orders set note = '';",
  good: "update orders set note = '' where id = 1;",
  about: ['update', 'delete'],
  finds: (here) => {
    const { act } = here;
    if ((act.kind !== 'update' && act.kind !== 'delete') || act.where || here.isNew(act.table)) return undefined;
    return { what: `every row of ${act.table} is ${act.kind === 'update' ? 'written' : 'deleted'} in one go` };
  },
});
