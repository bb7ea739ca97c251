// Rule drop-schema: DROP SCHEMA.
import { rule } from './rule.ts';

export const dropSchema = rule({
  id: 'drop-schema',
  level: 'error',
  title: 'DROP SCHEMA',
  why: 'All that lies in it is gone at once.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, on every table in it',
  versions: 'all',
  fix: 'Drop its objects one by one, each after its retention.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'drop schema archive cascade;',
  good: 'drop view if exists archive_view;',
  about: ['drop'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'drop' || act.thing !== 'schema') return undefined;
    const isOwn = (name: string) =>
      here.before.some((one) => one.kind === 'create' && one.thing === 'schema' && one.name === name && !one.guarded);
    return !act.names.every(isOwn) ? { what: `all that lies in ${act.names.join(', ')} is gone` } : undefined;
  },
});
