// Rule missing-statement-timeout: locking statement without statement_timeout.
import { blocksWrites, locksOf } from '../lock.ts';
import { rule } from './rule.ts';

export const missingStatementTimeout = rule({
  id: 'missing-statement-timeout',
  level: 'disabled',
  title: 'Locking statement without statement_timeout',
  why: 'What takes longer than expected keeps its lock until somebody ends it by hand.',
  locks: 'whatever the statement takes',
  versions: 'all; PostgreSQL 17 has transaction_timeout too',
  fix: 'SET LOCAL statement_timeout before it; or let the runner set it, as plain-sql does here.',
  bad: 'alter table orders add column remark text;',
  good: "set local statement_timeout = '1min';\nalter table orders add column remark text;",
  finds: (here) => {
    const { act } = here;
    if (
      here.profile.setsTimeouts ||
      here.before.some((one) => one.kind === 'set' && /^(statement|transaction)_timeout$/.test(one.name))
    )
      return undefined;
    const lock = locksOf(act, here.schema).find(({ table, mode }) => blocksWrites(mode) && !here.isNew(table));
    const first = !here.before.some((one) =>
      locksOf(one, here.schema).some(({ table, mode }) => blocksWrites(mode) && !here.isNew(table)),
    );
    return lock === undefined || !first
      ? undefined
      : { what: `${lock.mode} on ${lock.table} may be held without an end` };
  },
});
