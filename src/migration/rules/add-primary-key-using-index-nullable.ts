// Rule add-primary-key-using-index-nullable: PRIMARY KEY over a nullable column.
import { provenNotNull } from '../rewrite.ts';
import { onOld, rule } from './rule.ts';

export const addPrimaryKeyUsingIndexNullable = rule({
  id: 'add-primary-key-using-index-nullable',
  level: 'warn',
  title: 'PRIMARY KEY over a nullable column',
  why: 'USING INDEX saves the building, but SET NOT NULL is implied and reads every row.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as all rows are read',
  versions: 'all',
  fix: 'Make the columns NOT NULL first, by way of a validated CHECK.',
  bad: 'alter table orders add constraint orders_pk primary key using index orders_customer_key;',
  good: 'alter table customers add constraint customers_unique unique using index customers_email_key;',
  about: ['add-constraint'],
  finds: (here) => {
    const act = onOld(here, 'add-constraint');
    if (act?.constraint.kind !== 'primary' || act.constraint.index === '') return undefined;
    const keys = here.schema.indexes.get(act.constraint.index)?.keys ?? [];
    const nullable = keys.find((key) => !provenNotNull(act.table, key, here.schema));
    return nullable === undefined
      ? undefined
      : { what: `${act.table}.${nullable} may be null: every row is read under the lock` };
  },
});
