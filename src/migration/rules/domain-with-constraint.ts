// Rule domain-with-constraint: domain with a constraint.
import { rule } from './rule.ts';

export const domainWithConstraint = rule({
  id: 'domain-with-constraint',
  level: 'disabled',
  title: 'Domain with a constraint',
  why: 'Changing it later reads every table that uses it.',
  locks: '',
  versions: 'all',
  fix: 'Put the CHECK on the columns.',
  bad: 'create domain even as int check (value % 2 = 0);',
  good: 'create domain even as int;',
  about: ['create'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'create' && act.thing === 'domain' && act.constrained
      ? { what: `changing ${act.name} later reads every table that uses it` }
      : undefined;
  },
});
