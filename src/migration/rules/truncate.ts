// Rule truncate: TRUNCATE.
import { rule } from './rule.ts';

export const truncate = rule({
  id: 'truncate',
  level: 'warn',
  title: 'TRUNCATE',
  why: 'All rows are gone at once, and triggers that count deletions do not see it.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Delete in batches, or rename the table away and drop it a release later.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'truncate orders;',
  good: 'create table draft (id int);\ntruncate draft;',
  about: ['truncate'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'truncate' || act.tables.every((table) => here.isNew(table))) return undefined;
    return { what: `all rows of ${act.tables.join(', ')} are gone` };
  },
});
