// Rule opaque-statement: statement nobody can judge.
import { rule } from './rule.ts';

export const opaqueStatement = rule({
  id: 'opaque-statement',
  level: 'warn',
  title: 'Statement nobody can judge',
  why: 'It runs text that is put together at run time, or calls a procedure: what it locks and breaks is not known.',
  locks: 'unknown',
  versions: 'all',
  fix: 'Write the statements out, or rehearse the migration and look at what it did.',
  bad: "do $$ begin execute 'drop table ' || quote_ident('x'); end $$;",
  good: "do $$ begin if not exists (select 1 from pg_type where typname = 'colour') then create type colour as enum ('red'); end if; end $$;",
  about: ['opaque'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'opaque' ? { what: `${act.what} cannot be judged from its text` } : undefined;
  },
});
