// Rule multiple-alter-table: several ALTER TABLE of one table.
import { rule } from './rule.ts';

export const multipleAlterTable = rule({
  id: 'multiple-alter-table',
  level: 'info',
  title: 'Several ALTER TABLE of one table',
  why: 'Each takes the lock, and each that reads or writes the rows does it again.',
  locks: '',
  versions: 'all',
  fix: 'Write one ALTER TABLE with several parts.',
  bad: 'alter table orders add column a int;\nalter table orders add column b int;',
  good: 'alter table orders add column a int, add column b int;',
  finds: (here) => {
    const { act } = here;
    if (!('ifTable' in act) || here.isNew(act.table) || here.guarded) return undefined;
    const own = here.statement.deeds.map((deed) => deed.act);
    if (own[0] !== act || !here.transactional) return undefined;
    // Off for what stands between, and on again: that is no two of one thing.
    if (act.kind === 'table-option' && /^AT_(Enable|Disable)Trig/.test(act.option)) return undefined;
    const last = here.before.at(-1);
    return last !== undefined && 'ifTable' in last && last.table === act.table
      ? { what: `the ALTER TABLE before it is of ${act.table} too` }
      : undefined;
  },
});
