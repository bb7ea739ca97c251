// Rule reindex-not-concurrently: REINDEX that stops writes.
import { concurrently, insertedBehind } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const reindexNotConcurrently = rule({
  id: 'reindex-not-concurrently',
  level: 'error',
  title: 'REINDEX that stops writes',
  why: 'No row can be written until the index is built anew, and nobody can use the index.',
  locks: 'SHARE: writes wait; the index itself ACCESS EXCLUSIVE',
  versions: '12 and newer can do it CONCURRENTLY',
  fix: 'REINDEX … CONCURRENTLY, alone in a file that runs without a transaction.',
  bad: 'reindex table orders;',
  good: '-- transaction:false\nreindex table concurrently orders;',
  about: ['reindex'],
  finds: (here) => {
    const act = onOld(here, 'reindex');
    if (act === undefined || act.concurrently) return undefined;
    return {
      what: `${act.name || 'everything'} is indexed anew under the lock`,
      suggestion: concurrently(here, (statement) =>
        insertedBehind(statement, ['INDEX', 'TABLE', 'SCHEMA', 'DATABASE'], 'CONCURRENTLY'),
      ),
    };
  },
});
