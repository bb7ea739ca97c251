// Rule fk-without-index: foreign key whose columns have no index.
import { rule } from './rule.ts';

export const fkWithoutIndex = rule({
  id: 'fk-without-index',
  level: 'warn',
  title: 'Foreign key whose columns have no index',
  why: 'Each DELETE or key UPDATE of the referenced table reads this whole table.',
  locks: '',
  versions: 'all',
  fix: 'Create an index that begins with these columns.',
  bad: 'alter table orders add constraint orders_customer foreign key (quantity) references customers (id) not valid;',
  good: 'alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) not valid;',
  about: ['create-table', 'add-constraint', 'add-column'],
  finds: (here) => {
    const { act } = here;
    const constraints =
      act.kind === 'create-table'
        ? [...act.constraints, ...act.columns.flatMap((column) => column.constraints)]
        : act.kind === 'add-constraint'
          ? [act.constraint]
          : act.kind === 'add-column'
            ? act.column.constraints
            : [];
    const table =
      act.kind === 'create-table' || act.kind === 'add-constraint' || act.kind === 'add-column' ? act.table : '';
    const keyed = (keys: readonly string[], columns: readonly string[]) =>
      columns.every((column) => keys.slice(0, columns.length).includes(column));
    const bare = constraints.find(({ kind, columns }) => {
      if (kind !== 'foreign') return false;
      const earlier = [...here.schema.indexes.values()].some(
        (index) => index.table === table && !index.partial && keyed(index.keys, columns),
      );
      const later = here.after.some(
        (one) => one.kind === 'create-index' && one.table === table && !one.partial && keyed(one.keys, columns),
      );
      return (
        !earlier &&
        !later &&
        !constraints.some((one) => ['primary', 'unique'].includes(one.kind) && keyed(one.columns, columns))
      );
    });
    return bare === undefined ? undefined : { what: `no index of ${table} begins with ${bare.columns.join(', ')}` };
  },
});
