// Rule template-in-sql: template in a migration.
import { isTemplate } from '../unread.ts';
import { rule } from './rule.ts';

export const templateInSql = rule({
  id: 'template-in-sql',
  level: 'error',
  title: 'Template in a migration',
  why: 'What runs is not what stands here: nobody can judge it, and the runner would send the braces to the server.',
  locks: '',
  versions: 'all',
  fix: 'Write plain SQL; give settings with SET or as separate files.',
  dialects: ['postgres', 'mysql', 'mariadb'],
  bad: 'create table {{ prefix }}orders (id int);',
  good: 'create table app_orders (id int);',
  looks: (whole) => {
    const { up } = whole.parsed;
    return up.kind === 'unread' && isTemplate(whole.raw)
      ? [{ what: 'it has placeholders that something else fills in', at: up }]
      : [];
  },
});
