// Rule index-corruption-version: CONCURRENTLY on PostgreSQL 14.0 to 14.3.
import { rule } from './rule.ts';

export const indexCorruptionVersion = rule({
  id: 'index-corruption-version',
  level: 'error',
  title: 'CONCURRENTLY on PostgreSQL 14.0 to 14.3',
  why: 'These versions can build a corrupt index.',
  locks: '',
  versions: '14.0 to 14.3',
  fix: 'Upgrade the server to 14.4 or newer first.',
  bad: '-- transaction:false\ncreate index concurrently a on orders (note);',
  good: 'create index a on orders (note);',
  about: ['create-index', 'reindex'],
  finds: (here) => {
    const { act, server } = here;
    if (act.kind !== 'create-index' && act.kind !== 'reindex') return undefined;
    if (!act.concurrently || server.major !== 14 || server.minor === undefined || server.minor > 3) return undefined;
    return { what: `PostgreSQL 14.${server.minor} can build a corrupt index` };
  },
});
