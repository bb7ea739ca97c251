// Rule mysql-inline-references: rEFERENCES behind a column on MySQL.
import { rule } from './rule.ts';

export const mysqlInlineReferences = rule({
  id: 'mysql-inline-references',
  level: 'warn',
  title: 'REFERENCES behind a column on MySQL',
  why: 'MySQL reads it and ignores it: there is no foreign key, and no error.',
  locks: '',
  versions: 'before 9.0',
  fix: 'Write FOREIGN KEY (column) REFERENCES … as a constraint of the table.',
  dialects: ['mysql'],
  bad: 'alter table orders add column shop_id bigint references shops (id);',
  good: 'alter table orders add column shop_id bigint;',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const bare = columns.find(({ constraints }) => constraints.some(({ kind }) => kind === 'foreign'));
    return bare === undefined ? undefined : { what: `${bare.name} gets no foreign key` };
  },
});
