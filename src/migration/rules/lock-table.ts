// Rule lock-table: LOCK TABLE that stops writes.
import { blockedBy, blocksWrites, locksOf } from '../lock.ts';
import { onOld, rule } from './rule.ts';

export const lockTable = rule({
  id: 'lock-table',
  level: 'warn',
  title: 'LOCK TABLE that stops writes',
  why: 'It is held until the transaction ends.',
  locks: 'the mode it names',
  versions: 'all',
  fix: 'Leave it out: each statement takes the lock it needs.',
  bad: 'lock table orders in exclusive mode;',
  good: 'lock table orders in row exclusive mode;',
  about: ['lock'],
  finds: (here) => {
    const act = onOld(here, 'lock');
    const lock = act === undefined ? undefined : locksOf(act, here.schema)[0];
    return lock === undefined || !blocksWrites(lock.mode)
      ? undefined
      : { what: `${lock.table} is locked against ${blockedBy(lock.mode)} until the transaction ends` };
  },
});
