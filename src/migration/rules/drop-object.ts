// Rule drop-object: DROP of a view, type, function or sequence.
import { rule } from './rule.ts';

export const dropObject = rule({
  id: 'drop-object',
  level: 'warn',
  title: 'DROP of a view, type, function or sequence',
  why: 'Code that still names it fails.',
  locks: '',
  versions: 'all',
  fix: 'Stop using it first, drop it a release later.',
  bad: 'drop type mood;',
  good: "create type colour as enum ('red');",
  about: ['drop'],
  finds: (here) => {
    const { act } = here;
    if (
      act.kind !== 'drop' ||
      ![
        'view',
        'materialized view',
        'type',
        'domain',
        'function',
        'sequence',
        'extension',
        'trigger',
        'policy',
      ].includes(act.thing)
    )
      return undefined;
    const again = here.after.some((one) => one.kind === 'create' && act.names.includes(one.name));
    const made = here.before.some((one) => one.kind === 'create' && act.names.includes(one.name));
    return again || made || (act.table !== '' && here.isNew(act.table))
      ? undefined
      : { what: `${act.thing} ${act.names.join(', ')} is gone` };
  },
});
