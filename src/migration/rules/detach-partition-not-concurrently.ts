// Rule detach-partition-not-concurrently: DETACH PARTITION that waits for every reader.
import { concurrently, extended } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const detachPartitionNotConcurrently = rule({
  id: 'detach-partition-not-concurrently',
  level: 'warn',
  title: 'DETACH PARTITION that waits for every reader',
  why: 'It needs parent and partition for itself.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: '14 and newer can do it CONCURRENTLY',
  fix: 'DETACH PARTITION … CONCURRENTLY, alone in a file that runs without a transaction.',
  bad: 'alter table events detach partition events_2025;',
  good: '-- transaction:false\nalter table events detach partition events_2025 concurrently;',
  about: ['detach-partition'],
  finds: (here) => {
    const act = onOld(here, 'detach-partition');
    if (act === undefined || act.concurrently) return undefined;
    return {
      what: `${act.table} is locked against reads and writes`,
      suggestion: concurrently(here, (statement) => extended(statement, 'CONCURRENTLY')),
    };
  },
});
