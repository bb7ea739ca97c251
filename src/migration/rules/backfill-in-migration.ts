// Rule backfill-in-migration: rows written in the transaction that changes the table.
import { blocksWrites, locksOf } from '../lock.ts';
import { rule } from './rule.ts';

export const backfillInMigration = rule({
  id: 'backfill-in-migration',
  level: 'warn',
  title: 'Rows written in the transaction that changes the table',
  why: 'Rows and table stay locked together until the end: under traffic that ends in waiting and deadlocks.',
  locks: 'ROW EXCLUSIVE and the lock of the change, until the transaction ends',
  versions: 'all',
  fix: 'Change the table in one migration, write the rows in another, in batches.',
  bad: 'alter table orders add column remark text;\nupdate orders set remark = note where note is not null;',
  good: 'alter table orders add column remark text;',
  about: ['update', 'delete'],
  finds: (here) => {
    const { act } = here;
    if ((act.kind !== 'update' && act.kind !== 'delete') || here.isNew(act.table) || !here.transactional)
      return undefined;
    const changed = [...here.before, ...here.after].some((one) =>
      locksOf(one, here.schema).some(({ table, mode }) => table === act.table && blocksWrites(mode)),
    );
    return changed ? { what: `${act.table} is changed and its rows are written in one transaction` } : undefined;
  },
});
