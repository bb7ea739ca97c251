// Rule enum-value-order: new enum value without its place.
import { rule } from './rule.ts';

export const enumValueOrder = rule({
  id: 'enum-value-order',
  level: 'disabled',
  title: 'New enum value without its place',
  why: 'It sorts last, which is seldom meant.',
  locks: '',
  versions: 'all',
  fix: 'Say BEFORE or AFTER.',
  bad: "alter type mood add value 'calm';",
  good: "alter type mood add value 'calm' before 'sad';",
  about: ['add-enum-value'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'add-enum-value' && !act.placed
      ? { what: `'${act.value}' sorts behind all others` }
      : undefined;
  },
});
