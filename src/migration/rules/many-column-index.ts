// Rule many-column-index: index over more than three columns.
import { rule } from './rule.ts';

export const manyColumnIndex = rule({
  id: 'many-column-index',
  level: 'disabled',
  title: 'Index over more than three columns',
  why: 'Such an index is large, and queries seldom use its last columns.',
  locks: '',
  versions: 'all',
  fix: 'Index the one or two columns that narrow the most.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '-- transaction:false\ncreate index concurrently a on orders (state, note, total, quantity);',
  good: '-- transaction:false\ncreate index concurrently a on orders (state, note);',
  about: ['create-index'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'create-index' && !act.unique && act.keys.length > 3
      ? { what: `${act.name || 'the index'} has ${act.keys.length} columns` }
      : undefined;
  },
});
