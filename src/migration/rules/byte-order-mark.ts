// Rule byte-order-mark: byte order mark.
import { rule } from './rule.ts';

export const byteOrderMark = rule({
  id: 'byte-order-mark',
  level: 'warn',
  title: 'Byte order mark',
  why: 'Tools that send the file as it is fail at its first character.',
  locks: '',
  versions: 'all',
  fix: 'Save the file as UTF-8 without a byte order mark.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '\uFEFFselect 1;',
  good: 'select 1;',
  looks: (whole) => {
    return whole.raw.startsWith('\uFEFF') ? [{ what: 'it begins with a byte order mark' }] : [];
  },
});
