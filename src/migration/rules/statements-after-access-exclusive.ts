// Rule statements-after-access-exclusive: work behind an ACCESS EXCLUSIVE lock.
import { locksOf } from '../lock.ts';
import { rule } from './rule.ts';

export const statementsAfterAccessExclusive = rule({
  id: 'statements-after-access-exclusive',
  level: 'info',
  title: 'Work behind an ACCESS EXCLUSIVE lock',
  why: 'Nobody can read the table until all that follows in the transaction is done.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, until the transaction ends',
  versions: 'all',
  fix: 'Put what follows into a migration of its own.',
  bad: 'alter table orders add column remark text;\ncreate index customers_id_email on customers (id, email);',
  good: 'create index customers_id_email on customers (id, email);\nalter table orders add column remark text;',
  finds: (here) => {
    const { act } = here;
    if (
      !here.transactional ||
      !['create-index', 'update', 'delete', 'validate-constraint', 'set-not-null', 'refresh'].includes(act.kind)
    )
      return undefined;
    const table = 'table' in act ? act.table : 'name' in act ? act.name : '';
    // Parts of one ALTER TABLE are one piece of work.
    const own = here.statement.deeds.length > 1 && 'ifTable' in act ? here.statement.deeds.map((deed) => deed.act) : [];
    const held = here.before
      .filter((one) => !own.includes(one))
      .flatMap((one) => locksOf(one, here.schema))
      .find((lock) => lock.mode === 'ACCESS EXCLUSIVE' && !here.isNew(lock.table));
    if (held === undefined || here.isNew(table)) return undefined;
    return { what: `${held.table} stays locked against reads and writes meanwhile` };
  },
});
