// Rule column-used-by-view: column that a view names.
import { rule } from './rule.ts';

export const columnUsedByView = rule({
  id: 'column-used-by-view',
  level: 'error',
  title: 'Column that a view names',
  why: 'Postgres refuses to drop it or to change its type while the view is there: the migration fails when it runs.',
  locks: '',
  versions: 'all',
  fix: 'Drop the view before, in the same transaction, and make it again behind it, with its grants.',
  bad: 'create view open_orders as select id, note from orders;\nalter table orders alter column note type text;',
  good: 'create view open_orders as select id from orders;\nalter table orders alter column note type text;',
  about: ['change-type', 'drop-column'],
  finds: (here) => {
    const { act, schema } = here;
    if (act.kind !== 'change-type' && (act.kind !== 'drop-column' || act.cascade)) return undefined;
    const view = [...schema.views].find(
      ([, { reads, columns }]) =>
        reads.includes(act.table) &&
        (columns.includes(act.column) || columns.includes('*')) &&
        // In a join the name may be that of another table's column.
        reads.every((table) => table === act.table || schema.tables.get(table)?.columns.has(act.column) === false),
    );
    const there = schema.tables.get(act.table);
    if (view === undefined || (there?.open === false && !there.columns.has(act.column))) return undefined;
    return { what: `the view ${view[0]} names ${act.table}.${act.column}, so the server refuses` };
  },
});
