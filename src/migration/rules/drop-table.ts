// Rule drop-table: DROP TABLE.
import { rule } from './rule.ts';

export const dropTable = rule({
  id: 'drop-table',
  level: 'warn',
  title: 'DROP TABLE',
  why: 'Its data is gone, and code that still names it fails.',
  locks:
    'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself; tables it references too',
  versions: 'all',
  fix: 'Stop using it, mark it DEPRECATED with COMMENT ON TABLE, drop it a release later.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'drop table orders;',
  good: 'create table draft (id int);\ndrop table draft;',
  about: ['drop'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'drop' || act.thing !== 'table') return undefined;
    const old = act.names.filter((name) => !here.isNew(name));
    return old.length === 0 ? undefined : { what: `the rows of ${old.join(', ')} are gone` };
  },
});
