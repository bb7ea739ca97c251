// Rule refresh-matview-not-concurrently: REFRESH MATERIALIZED VIEW that stops readers.
import { insertedBehind } from '../suggestion.ts';
import { onOld, rule } from './rule.ts';

export const refreshMatviewNotConcurrently = rule({
  id: 'refresh-matview-not-concurrently',
  level: 'warn',
  title: 'REFRESH MATERIALIZED VIEW that stops readers',
  why: 'Nobody can read the view until it is filled.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, on the view, for as long as its query runs',
  versions: '9.4 and newer',
  fix: 'REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on the view.',
  bad: 'refresh materialized view totals;',
  good: 'refresh materialized view concurrently totals;',
  about: ['refresh'],
  finds: (here) => {
    const act = onOld(here, 'refresh');
    if (
      act === undefined ||
      act.concurrently ||
      here.before.some((one) => one.kind === 'create' && one.name === act.name)
    )
      return undefined;
    const unique = [...here.schema.indexes.values()].some((index) => index.table === act.name && index.unique);
    return {
      what: `nobody can read ${act.name} until it is filled`,
      suggestion: !unique ? undefined : insertedBehind(here.statement, ['VIEW'], 'CONCURRENTLY'),
    };
  },
});
