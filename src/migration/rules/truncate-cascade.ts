// Rule truncate-cascade: TRUNCATE … CASCADE.
import { rule } from './rule.ts';

export const truncateCascade = rule({
  id: 'truncate-cascade',
  level: 'error',
  title: 'TRUNCATE … CASCADE',
  why: 'Every table that references this one is emptied as well.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, on all of them',
  versions: 'all',
  fix: 'Name the tables, without CASCADE.',
  bad: 'truncate customers cascade;',
  good: "delete from orders where state = 'draft';",
  about: ['truncate'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'truncate' && act.cascade
      ? { what: `every table that references ${act.tables.join(', ')} is emptied too` }
      : undefined;
  },
});
