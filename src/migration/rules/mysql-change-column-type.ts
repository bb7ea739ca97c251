// Rule mysql-change-column-type: column changed on MySQL.
import { onOld, rule } from './rule.ts';

export const mysqlChangeColumnType = rule({
  id: 'mysql-change-column-type',
  level: 'warn',
  title: 'Column changed on MySQL',
  why: 'MODIFY and CHANGE copy the table unless only the length grows below 256 bytes or a default changes.',
  locks: 'SHARED: writes wait, for as long as the table is copied',
  versions: 'MySQL 8.0',
  fix: 'Add a column, write both, fill in batches; or an online tool (gh-ost, pt-online-schema-change).',
  dialects: ['mysql', 'mariadb'],
  bad: 'alter table orders modify column quantity bigint;',
  good: 'alter table orders add column points bigint;',
  about: ['change-type'],
  finds: (here) => {
    const act = onOld(here, 'change-type');
    if (act === undefined) return undefined;
    const from = here.schema.tables.get(act.table)?.columns.get(act.column)?.column.type;
    if (from?.name === 'varchar' && act.type.name === 'varchar') {
      const [old = 0, now = 0] = [from.modifiers[0], act.type.modifiers[0]];
      // The length itself takes one byte below 256 bytes (utf8mb4: four a character), and two from there on.
      if (now >= old && old * 4 < 256 === now * 4 < 256) return undefined;
    }
    return { what: `${act.table}.${act.column} is changed: the table may be copied` };
  },
});
