// Rule create-enum: CREATE TYPE … AS ENUM.
import { rule } from './rule.ts';

export const createEnum = rule({
  id: 'create-enum',
  level: 'disabled',
  title: 'CREATE TYPE … AS ENUM',
  why: 'A value can never be taken out again.',
  locks: '',
  versions: 'all',
  fix: 'Use a table of values, or text with a CHECK.',
  bad: "create type colour as enum ('red');",
  good: 'create table colours (name text primary key);',
  about: ['create'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'create' && act.thing === 'type' && act.labels.length > 0
      ? { what: `a value of ${act.name} can never be taken out` }
      : undefined;
  },
});
