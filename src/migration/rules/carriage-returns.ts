// Rule carriage-returns: lines that end in CR LF.
import { rule } from './rule.ts';

export const carriageReturns = rule({
  id: 'carriage-returns',
  level: 'info',
  title: 'Lines that end in CR LF',
  why: 'Checksums differ between machines that turn line ends and those that do not.',
  locks: '',
  versions: 'all',
  fix: 'Save with LF, and say `*.sql text eol=lf` in .gitattributes.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'select 1;\r\n',
  good: 'select 1;',
  looks: (whole) => {
    return whole.raw.includes('\r\n') ? [{ what: 'its lines end in CR LF' }] : [];
  },
});
