// Rule mysql-locking-alter: ALTER TABLE that copies or locks.
import { rule } from './rule.ts';

export const mysqlLockingAlter = rule({
  id: 'mysql-locking-alter',
  level: 'warn',
  title: 'ALTER TABLE that copies or locks',
  why: 'ALGORITHM=COPY and LOCK=SHARED or EXCLUSIVE keep writers out for as long as the table is copied.',
  locks: 'SHARED or EXCLUSIVE: writes wait',
  versions: 'MySQL 8.0',
  fix: 'ALGORITHM=INSTANT or INPLACE with LOCK=NONE; the server refuses where it cannot.',
  dialects: ['mysql', 'mariadb'],
  bad: 'alter table orders add column remark text, algorithm=copy;',
  good: 'alter table orders add column remark text, algorithm=instant;',
  about: ['table-option'],
  finds: (here) => {
    const { act } = here;
    if (
      act.kind !== 'table-option' ||
      !/^(algorithm|lock)/.test(act.option) ||
      !/^(copy|shared|exclusive)$/.test(act.name)
    )
      return undefined;
    return { what: `${act.table} is locked against writes while it is copied` };
  },
});
