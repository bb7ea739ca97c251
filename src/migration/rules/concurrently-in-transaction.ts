// Rule concurrently-in-transaction: CONCURRENTLY inside a transaction.
import { rule } from './rule.ts';

export const concurrentlyInTransaction = rule({
  id: 'concurrently-in-transaction',
  level: 'error',
  title: 'CONCURRENTLY inside a transaction',
  why: 'Postgres refuses it: the migration fails when it runs.',
  locks: '',
  versions: 'all',
  fix: 'Put the statement alone into a file without a transaction.',
  bad: '-- migrate:up\ncreate index concurrently a on orders (note);\n-- migrate:down\ndrop index a;',
  good: '-- migrate:up transaction:false\ncreate index concurrently a on orders (note);\n-- migrate:down\ndrop index a;',
  finds: (here) => {
    const { act } = here;
    // A DO block and a function are one transaction wherever they run.
    const inside = here.statement.deeds.length > 0 && /^\s*(do|select)\b/i.test(here.statement.text);
    if ((!here.transactional && !inside) || !('concurrently' in act) || !act.concurrently || act.kind === 'refresh')
      return undefined;
    return { what: 'CONCURRENTLY cannot run inside the transaction that the tool opens' };
  },
});
