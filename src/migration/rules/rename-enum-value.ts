// Rule rename-enum-value: RENAME of an enum value.
import { rule } from './rule.ts';

export const renameEnumValue = rule({
  id: 'rename-enum-value',
  level: 'warn',
  title: 'RENAME of an enum value',
  why: 'Code that runs knows the old name, and meets another word from that moment on.',
  locks: '',
  versions: 'all',
  fix: 'Add the new one beside the old one, move over, drop the old one in a later release.',
  bad: "alter type mood rename value 'sad' to 'gloomy';",
  good: "alter type mood add value 'gloomy';",
  about: ['rename'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'rename' || act.thing !== 'enum value') return undefined;
    return { what: `code that runs says ${act.from} and fails from that moment on` };
  },
});
