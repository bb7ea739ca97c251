// Rule not-checked: migration that could not be checked.
import { isLarge, isTemplate } from '../unread.ts';
import { rule } from './rule.ts';

export const notChecked = rule({
  id: 'not-checked',
  level: 'warn',
  title: 'Migration that could not be checked',
  why: 'The parser does not know a statement of it: that is no pass. Its compatibility is unknown.',
  locks: '',
  versions: 'all',
  fix: 'Look at it by hand, and say so with a remark that sets this rule aside.',
  dialects: ['mysql', 'mariadb'],
  bad: 'frobnicate the table;',
  good: 'drop table draft;',
  looks: (whole) => {
    const { up } = whole.parsed;
    return up.kind === 'unread' && !isTemplate(whole.raw) && !isLarge(up.because) ? [{ what: up.because, at: up }] : [];
  },
});
