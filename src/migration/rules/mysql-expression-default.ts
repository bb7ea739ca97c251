// Rule mysql-expression-default: new column with an expression as default on MySQL.
import { onOld, rule } from './rule.ts';

export const mysqlExpressionDefault = rule({
  id: 'mysql-expression-default',
  level: 'warn',
  title: 'New column that is computed for every row on MySQL',
  why: 'The value is computed for every row: the table is copied.',
  locks: 'SHARED: writes wait, for as long as the table is copied',
  versions: '8.0.13 and newer',
  fix: 'Add the column without a default, set the default behind it, fill old rows in batches.',
  dialects: ['mysql', 'mariadb'],
  bad: 'alter table orders add column token varchar(36) default (uuid());',
  good: "alter table orders add column token varchar(36) default 'none';",
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act?.column.generated === 'stored')
      return {
        what: `${act.table}.${act.column.name} is STORED: it is computed and written for every row`,
        fix: 'Make it VIRTUAL, or a plain column that the code and batches fill.',
      };
    if (act === undefined || (act.column.default?.calls.length ?? 0) === 0) return undefined;
    return { what: `the default of ${act.table}.${act.column.name} is computed for every row` };
  },
});
