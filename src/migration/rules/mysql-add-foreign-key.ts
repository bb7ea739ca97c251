// Rule mysql-add-foreign-key: foreign key on MySQL.
import { onOld, rule } from './rule.ts';

export const mysqlAddForeignKey = rule({
  id: 'mysql-add-foreign-key',
  level: 'warn',
  title: 'Foreign key on MySQL',
  why: 'With foreign_key_checks on, the table is copied and both tables refuse writes.',
  locks: 'SHARED: writes wait',
  versions: 'MySQL 8.0',
  fix: 'Do it in a window, or with an online tool.',
  dialects: ['mysql', 'mariadb'],
  bad: 'alter table orders add constraint c foreign key (customer_id) references customers (id);',
  good: 'alter table orders add column points bigint;',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    return act?.constraint.kind === 'foreign'
      ? { what: `${act.table} refuses writes while every row is looked up` }
      : undefined;
  },
});
