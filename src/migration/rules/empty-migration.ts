// Rule empty-migration: migration without a statement.
import { rule } from './rule.ts';

export const emptyMigration = rule({
  id: 'empty-migration',
  level: 'warn',
  title: 'Migration without a statement',
  why: 'It changes nothing, and takes a number.',
  locks: '',
  versions: 'all',
  fix: 'Remove the file, or write what it should do.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: '-- to be written',
  good: 'select 1;',
  looks: (whole) => {
    const { up } = whole.parsed;
    return up.kind === 'parsed' && up.statements.length === 0 ? [{ what: 'it has no statement' }] : [];
  },
});
