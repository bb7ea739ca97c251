// Rule table-rewrite: statement that writes the whole table anew.
import { workOf } from '../rewrite.ts';
import { rule } from './rule.ts';

export const tableRewrite = rule({
  id: 'table-rewrite',
  level: 'error',
  title: 'Statement that writes the whole table anew',
  why: 'Nobody can read or write until the copy is finished.',
  locks: 'ACCESS EXCLUSIVE: reads and writes wait, for as long as the table is rewritten',
  versions: 'all',
  fix: 'Do it in a window, or with a tool that copies beside (pg_repack).',
  bad: 'alter table orders set unlogged;',
  good: 'alter table orders set (fillfactor = 70);',
  finds: (here) => {
    const { act } = here;
    // The rules about new columns name the reason for theirs; a domain that demands something has no rule of its own.
    const ofDomain = act.kind === 'add-column' && here.schema.domains.get(act.column.type.name)?.constrained === true;
    if (!ofDomain && !['table-option', 'cluster', 'vacuum', 'set-expression'].includes(act.kind)) return undefined;
    const table = 'table' in act && typeof act.table === 'string' ? act.table : 'name' in act ? act.name : '';
    if (here.isNew(table) || workOf(act, here) !== 'rewrite') return undefined;
    return { what: `${table || 'every table'} is written anew under the lock` };
  },
});
