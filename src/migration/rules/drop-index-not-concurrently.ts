// Rule drop-index-not-concurrently: DROP INDEX that waits for every reader.
import { concurrently, insertedBehind } from '../suggestion.ts';
import { rule } from './rule.ts';

export const dropIndexNotConcurrently = rule({
  id: 'drop-index-not-concurrently',
  level: 'warn',
  title: 'DROP INDEX that waits for every reader',
  why: 'It needs its table for itself: one long query before it, and everybody behind it waits.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'DROP INDEX CONCURRENTLY, alone in a file that runs without a transaction.',
  bad: 'drop index orders_state_idx;',
  good: '-- transaction:false\ndrop index concurrently orders_state_idx;',
  about: ['drop'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'drop' || act.thing !== 'index' || act.concurrently) return undefined;
    const table = here.schema.indexes.get(act.names[0] ?? '')?.table ?? '';
    if (table !== '' && here.isNew(table)) return undefined;
    return {
      what: `${table || 'the table'} is locked against reads and writes`,
      // Postgres drops but one index this way, and takes nothing with it.
      suggestion:
        act.names.length > 1 || act.cascade
          ? undefined
          : concurrently(here, (statement) => insertedBehind(statement, ['INDEX'], 'CONCURRENTLY')),
    };
  },
});
