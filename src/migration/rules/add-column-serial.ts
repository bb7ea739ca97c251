// Rule add-column-serial: new column that counts (serial, identity).
import { isSerial } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const addColumnSerial = rule({
  id: 'add-column-serial',
  level: 'error',
  title: 'New column that counts (serial, identity)',
  why: 'Every row gets its number at once: the whole table is written anew.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the table is rewritten',
  versions: 'all',
  fix: 'Add a nullable column, a sequence as its default, and fill old rows in batches.',
  bad: 'alter table orders add column number bigserial;',
  good: "create sequence orders_number;\nalter table orders add column number bigint;\nalter table orders alter column number set default nextval('orders_number');",
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    if (act === undefined) return undefined;
    const { table, column } = act;
    if (!(isSerial(column.type) || column.generated === 'identity')) return undefined;
    return { what: `${table}.${column.name} numbers every row of the table` };
  },
});
