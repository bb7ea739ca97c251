// Rule file-too-large: file too large to be judged.
import { isLarge } from '../unread.ts';
import { rule } from './rule.ts';

export const fileTooLarge = rule({
  id: 'file-too-large',
  level: 'warn',
  title: 'File too large to be judged',
  why: 'A migration of this size loads data: it holds its transaction for minutes, and nobody reads it.',
  locks: '',
  versions: 'all',
  fix: 'Load data outside the migrations, in batches.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '',
  good: '',
  looks: (whole) => {
    const { up } = whole.parsed;
    return up.kind === 'unread' && isLarge(up.because) ? [{ what: up.because }] : [];
  },
});
