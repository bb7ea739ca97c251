// Rule duplicate-index: index whose columns begin another one.
import { rule } from './rule.ts';

export const duplicateIndex = rule({
  id: 'duplicate-index',
  level: 'warn',
  title: 'Index whose columns begin another one',
  why: 'It costs every write and helps no query that the other does not help.',
  locks: '',
  versions: 'all',
  fix: 'Leave it out, or drop the shorter one.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '-- transaction:false\ncreate index concurrently orders_state_again on orders (state);',
  good: '-- transaction:false\ncreate index concurrently orders_state_note on orders (state, note);',
  about: ['create-index'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'create-index' || act.unique || act.partial || act.keys.includes('')) return undefined;
    const twin = [...here.schema.indexes.values()].find(
      (index) =>
        index.table === act.table &&
        index.name !== act.name &&
        !index.partial &&
        act.keys.every((key, place) => index.keys[place] === key),
    );
    return twin === undefined ? undefined : { what: `${twin.name} begins with ${act.keys.join(', ')} already` };
  },
});
