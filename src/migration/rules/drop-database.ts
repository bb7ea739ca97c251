// Rule drop-database: DROP DATABASE.
import { rule } from './rule.ts';

export const dropDatabase = rule({
  id: 'drop-database',
  level: 'error',
  title: 'DROP DATABASE',
  why: 'Everything is gone, and nothing brings it back but a backup.',
  locks: '',
  versions: 'all',
  fix: 'No migration drops a database: do it by hand.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'drop database shop;',
  good: 'drop view if exists old_view;',
  about: ['drop'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'drop' && act.thing === 'database'
      ? { what: `the database ${act.names.join(', ')} is gone` }
      : undefined;
  },
});
