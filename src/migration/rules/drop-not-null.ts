// Rule drop-not-null: DROP NOT NULL.
import { onOld, rule } from './rule.ts';

export const dropNotNull = rule({
  id: 'drop-not-null',
  level: 'warn',
  title: 'DROP NOT NULL',
  why: 'Code that runs may not expect a null there.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, briefly, and as long as it waits for running queries itself',
  versions: 'all',
  fix: 'Release code that reads NULL there first, this migration after it.',
  bad: 'alter table orders alter column state drop not null;',
  good: "alter table orders alter column state set default 'open';",
  about: ['drop-not-null'],
  finds: (here) => {
    const act = onOld(here, 'drop-not-null');
    return act === undefined ? undefined : { what: `${act.table}.${act.column} may be null from now on` };
  },
});
