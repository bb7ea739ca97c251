// Rule add-column-inline-references: new column with REFERENCES at once.
import { onOld, rule } from './rule.ts';

export const addColumnInlineReferences = rule({
  id: 'add-column-inline-references',
  level: 'warn',
  title: 'New column with REFERENCES at once',
  why: 'It locks the referenced table against writes too, and with a default it reads every row.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait; the referenced table SHARE ROW EXCLUSIVE: writes wait',
  versions: 'all',
  fix: 'Add the column, then the foreign key NOT VALID, then VALIDATE CONSTRAINT in another migration.',
  bad: 'alter table orders add column shop_id bigint references customers (id);',
  good: 'alter table orders add column shop_id bigint;',
  about: ['add-column'],
  finds: (here) => {
    const act = onOld(here, 'add-column');
    const target = act?.column.constraints.find(({ kind }) => kind === 'foreign')?.references;
    if (act === undefined || target === undefined || here.isNew(target.table)) return undefined;
    return { what: `${act.table}.${act.column.name} locks ${target.table} as well` };
  },
});
