// Rule require-table-schema: table without its schema.
import { rule } from './rule.ts';

export const requireTableSchema = rule({
  id: 'require-table-schema',
  level: 'disabled',
  title: 'Table without its schema',
  why: 'Which table it is depends on search_path.',
  locks: '',
  versions: 'all',
  fix: 'Write the schema before the name.',
  bad: 'create table notes (id int);',
  good: 'create table app.notes (id int);',
  about: ['create-table'],
  finds: (here) => {
    const { act } = here;
    return act.kind === 'create-table' && !act.table.includes('.') && !act.temporary
      ? { what: `where ${act.table} lies depends on search_path` }
      : undefined;
  },
});
