// Rule file-too-large: file too large or too deep to be judged.
import { isLarge } from '../unread.ts';
import { rule } from './rule.ts';

export const fileTooLarge = rule({
  id: 'file-too-large',
  level: 'warn',
  title: 'File too large or too deep to be judged',
  why: 'A migration of this size loads data: it holds its transaction for minutes, and nobody reads it. It is not checked, and counts as contract.',
  locks: '',
  versions: 'all',
  fix: 'Load data outside the migrations, in batches; what a program wrote, let it write flatter.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: (whole) => {
    const { up } = whole.parsed;
    return up.kind === 'unread' && isLarge(up.because) ? [{ what: up.because }] : [];
  },
});
