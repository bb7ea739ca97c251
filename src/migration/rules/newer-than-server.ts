// Rule newer-than-server: statement that this version of the server does not know.
import { type Here, rule } from './rule.ts';

export const newerThanServer = rule({
  id: 'newer-than-server',
  level: 'error',
  title: 'Statement that this version of the server does not know',
  why: 'The linter reads the grammar of PostgreSQL 18; an older server refuses what came later, and the migration fails when it runs.',
  locks: '',
  versions: 'as `migrations.server` says; silent where it says none',
  fix: 'Write it as this version knows it, or upgrade the server first.',
  bad: 'alter table orders add column gross numeric generated always as (total * 1.19) virtual;',
  good: 'alter table orders add column gross numeric;',
  finds: (here) => {
    const { major } = here.server;
    const [what, since] = cameWith(here);
    return major === undefined || major >= since
      ? undefined
      : { what: `${what} came with PostgreSQL ${since}, this is ${major}` };
  },
});

/** What of an act is new in some version, as the release notes of Postgres say, and in which; 0 for nothing. */
function cameWith({ act, transactional, before }: Here): readonly [string, number] {
  switch (act.kind) {
    case 'add-column':
      if (act.column.generated === 'virtual') return ['a VIRTUAL generated column', 18];
      return act.column.generated === 'stored' ? ['a generated column', 12] : ['', 0];
    case 'add-constraint':
      return act.constraint.kind === 'not-null' ? ['a NOT NULL constraint with a name', 18] : ['', 0];
    case 'set-expression':
      return ['SET EXPRESSION', 17];
    case 'create':
      return act.thing === 'trigger' && act.replace ? ['CREATE OR REPLACE TRIGGER', 14] : ['', 0];
    case 'detach-partition':
      return act.concurrently ? ['DETACH PARTITION … CONCURRENTLY', 14] : ['', 0];
    case 'reindex':
      return act.concurrently ? ['REINDEX CONCURRENTLY', 12] : ['', 0];
    case 'add-enum-value': {
      const made = before.some((one) => one.kind === 'create' && one.name === act.type);
      return transactional && !made ? ['ALTER TYPE … ADD VALUE in a transaction', 12] : ['', 0];
    }
    default:
      return ['', 0];
  }
}
