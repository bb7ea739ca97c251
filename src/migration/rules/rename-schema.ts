// Rule rename-schema: RENAME of a schema.
import { rule } from './rule.ts';

export const renameSchema = rule({
  id: 'rename-schema',
  level: 'warn',
  title: 'RENAME of a schema',
  why: 'Code that runs knows the old name, and fails from that moment on.',
  locks: '',
  versions: 'all',
  fix: 'Add the new one beside the old one, move over, drop the old one in a later release.',
  bad: 'alter schema public rename to shop;',
  good: 'create schema shop;',
  about: ['rename'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'rename' || act.thing !== 'schema') return undefined;
    if (
      here.before.some(
        (one) => one.kind === 'create' && one.thing === 'schema' && one.name === act.from && !one.guarded,
      )
    )
      return undefined;
    return { what: `code that runs says ${act.from} and fails from that moment on` };
  },
});
