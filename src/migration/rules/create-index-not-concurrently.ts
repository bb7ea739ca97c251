// Rule create-index-not-concurrently: CREATE INDEX that stops writes.
import { concurrently, insertedBehind } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const createIndexNotConcurrently = rule({
  id: 'create-index-not-concurrently',
  level: 'error',
  title: 'CREATE INDEX that stops writes',
  why: 'No row can be written until the index is built.',
  locks: 'SHARE: writes wait, for as long as the index is built',
  versions: 'all',
  fix: 'CREATE INDEX CONCURRENTLY, alone in a file that runs without a transaction.',
  bad: 'create index orders_note_idx on orders (note);',
  good: '-- transaction:false\ncreate index concurrently orders_note_idx on orders (note);',
  about: ['create-index'],
  finds: (here) => {
    const act = onOld(here, 'create-index');
    const partitioned = act !== undefined && here.schema.tables.get(act.table)?.partitioned === true;
    if (act === undefined || act.concurrently || (partitioned && act.only)) return undefined;
    if (partitioned) {
      return {
        what: `no row of ${act.table} and its partitions can be written until ${act.name || 'the index'} is built`,
        fix: 'CREATE INDEX … ON ONLY the parent, then one CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION.',
      };
    }
    return {
      what: `no row of ${act.table} can be written until ${act.name || 'the index'} is built`,
      suggestion: concurrently(here, (statement) => insertedBehind(statement, ['INDEX'], 'CONCURRENTLY')),
    };
  },
});
