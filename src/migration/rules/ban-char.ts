// Rule ban-char: char(n).
import { rule } from './rule.ts';

export const banChar = rule({
  id: 'ban-char',
  level: 'disabled',
  title: 'char(n)',
  why: 'It is padded with blanks that come and go.',
  locks: '',
  versions: 'all',
  fix: 'Use text.',
  bad: 'alter table orders add column code char(3);',
  good: 'alter table orders add column code text;',
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.find(({ type }) => type.name === 'bpchar');
    return found === undefined ? undefined : { what: `${found.name} is ${found.type.name}, padded with blanks` };
  },
});
