// Rule domain-constraint-valid: constraint on a domain that is validated at once.
import { rule } from './rule.ts';

export const domainConstraintValid = rule({
  id: 'domain-constraint-valid',
  level: 'error',
  title: 'Constraint on a domain that is validated at once',
  why: 'Every table with a column of the domain is read while it refuses writes.',
  locks: 'SHARE: writes wait, on every table that uses the domain',
  versions: 'all',
  fix: 'Add it NOT VALID, and ALTER DOMAIN … VALIDATE CONSTRAINT in another migration.',
  bad: 'alter domain positive add constraint above_zero check (value > 0);',
  good: 'alter domain positive add constraint above_zero check (value > 0) not valid;',
  about: ['alter'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'alter' || act.thing !== 'domain' || !/^[CO].*!$|^O/.test(act.what)) return undefined;
    return { what: `every column of type ${act.name} is read under the lock` };
  },
});
