// Rule add-unique-might-fail: unique over columns that have values already.
import { rule } from './rule.ts';

export const addUniqueMightFail = rule({
  id: 'add-unique-might-fail',
  level: 'warn',
  title: 'Unique over columns that have values already',
  why: 'Two equal values stop the migration half way.',
  locks: '',
  versions: 'all',
  fix: 'Look for duplicates before: SELECT columns, count(*) … GROUP BY 1 HAVING count(*) > 1.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'create unique index concurrently orders_note_key on orders (note);',
  good: 'create unique index concurrently orders_id_note_key on orders (id, note);',
  finds: (here) => {
    const { act } = here;
    const unique =
      act.kind === 'create-index'
        ? act.unique && act.keys
        : act.kind === 'add-constraint' &&
          ['unique', 'primary'].includes(act.constraint.kind) &&
          act.constraint.index === '' &&
          act.constraint.columns;
    if (!unique || !('table' in act) || here.isNew(act.table) || unique.length === 0) return undefined;
    if (unique.some((column) => here.isNewColumn(act.table, column))) return undefined;
    const proven = [...here.schema.indexes.values()].some(
      (index) =>
        index.table === act.table && index.unique && !index.partial && index.keys.every((key) => unique.includes(key)),
    );
    if (proven) return undefined;
    const names = unique.filter((name) => name !== '').join(', ');
    return {
      what: `rows of ${act.table} may have the same ${names || 'key'}, and then it fails`,
      fix: `Look before: SELECT ${names || 'key'}, count(*) FROM ${act.table} GROUP BY ${names || 'key'} HAVING count(*) > 1.`,
    };
  },
});
