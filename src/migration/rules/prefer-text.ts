// Rule prefer-text: varchar with a length.
import { rule } from './rule.ts';

export const preferText = rule({
  id: 'prefer-text',
  level: 'disabled',
  title: 'varchar with a length',
  why: 'A longer value needs a migration; text with a CHECK does not lock for it.',
  locks: '',
  versions: 'all',
  fix: 'Use text, with a CHECK where the length matters.',
  bad: 'alter table orders add column code varchar(20);',
  good: 'alter table orders add column code text;',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.find(({ type }) => type.name === 'varchar' && type.modifiers.length > 0);
    return found === undefined ? undefined : { what: `${found.name} is ${found.type.name}` };
  },
});
