// Rule set-not-null: SET NOT NULL reads the whole table.
import { provenNotNull } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const setNotNull = rule({
  id: 'set-not-null',
  level: 'error',
  title: 'SET NOT NULL reads the whole table',
  why: 'Every row is read while nobody can read or write.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as all rows are read',
  versions: '12 and newer skip the reading when a validated CHECK (column IS NOT NULL) is there',
  fix: 'Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in another migration, then SET NOT NULL, then drop the check.',
  bad: 'alter table orders alter column quantity set not null;',
  good: 'alter table orders alter column state set not null;',
  about: ['set-not-null'],
  finds: (here) => {
    const act = onOld(here, 'set-not-null');
    if (act === undefined) return undefined;
    const already = here.schema.tables.get(act.table)?.columns.get(act.column)?.column.notNull === true;
    const looksAtChecks = (here.server.major ?? 12) >= 12;
    if (already || (looksAtChecks && provenNotNull(act.table, act.column, here.schema))) return undefined;
    return {
      what: `every row of ${act.table} is read for ${act.column} under the lock`,
      fix: `ALTER TABLE ${act.table} ADD CHECK (${act.column} IS NOT NULL) NOT VALID here; in another migration VALIDATE CONSTRAINT, then SET NOT NULL, which reads nothing then, and drop the check.`,
    };
  },
});
