// Rule missing-lock-timeout: locking statement without lock_timeout.
import { blocksWrites, locksOf } from '../lock.ts';
import { rule } from './rule.ts';

export const missingLockTimeout = rule({
  id: 'missing-lock-timeout',
  level: 'warn',
  title: 'Locking statement without lock_timeout',
  why: 'It waits behind a long query as long as that runs, and everybody waits behind it.',
  locks: 'whatever the statement takes, from the moment it waits',
  versions: 'all',
  fix: "SET LOCAL lock_timeout = '2s' before it; or let the runner set it, as plain-sql and dbmate do here.",
  bad: 'alter table orders add column remark text;',
  good: "set local lock_timeout = '2s';\nalter table orders add column remark text;",
  finds: (here) => {
    const { act } = here;
    if (here.profile.setsTimeouts || here.before.some((one) => one.kind === 'set' && one.name === 'lock_timeout'))
      return undefined;
    const lock = locksOf(act, here.schema).find(({ table, mode }) => blocksWrites(mode) && !here.isNew(table));
    const first = !here.before.some((one) =>
      locksOf(one, here.schema).some(({ table, mode }) => blocksWrites(mode) && !here.isNew(table)),
    );
    return lock === undefined || !first
      ? undefined
      : { what: `${lock.mode} on ${lock.table} is waited for without an end` };
  },
});
