// Rule not-valid-and-validate-same-transaction: NOT VALID and VALIDATE in one transaction.
import { onOld, rule } from './rule.ts';

export const notValidAndValidateSameTransaction = rule({
  id: 'not-valid-and-validate-same-transaction',
  level: 'warn',
  title: 'NOT VALID and VALIDATE in one transaction',
  why: 'The lock of the first is held until the second has read every row: nothing is won.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, until the transaction ends',
  versions: 'all',
  fix: 'Put VALIDATE CONSTRAINT into the next migration.',
  bad: 'alter table orders add constraint quantity_positive check (quantity > 0) not valid;\nalter table orders validate constraint quantity_positive;',
  good: 'alter table orders add constraint quantity_positive check (quantity > 0) not valid;',
  about: ['validate-constraint'],
  finds: (here) => {
    const act = onOld(here, 'validate-constraint');
    if (act === undefined || !here.transactional) return undefined;
    const made = here.before.some(
      (one) => one.kind === 'add-constraint' && one.table === act.table && one.constraint.name === act.constraint,
    );
    return made ? { what: `${act.constraint} is added and validated in one transaction` } : undefined;
  },
});
