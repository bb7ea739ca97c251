// Rule json-column: column of type json.
import { mended, rule } from './rule.ts';

export const jsonColumn = rule({
  id: 'json-column',
  level: 'info',
  title: 'Column of type json',
  why: 'json has no equality: SELECT DISTINCT and GROUP BY over it fail.',
  locks: '',
  versions: 'all',
  fix: 'Use jsonb.',
  bad: 'alter table orders add column extra json;',
  good: 'alter table orders add column extra jsonb;',
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const json = columns.find(({ type }) => type.name === 'json');
    return json === undefined
      ? undefined
      : {
          what: `${json.name} is json, which has no equality`,
          suggestion: mended(here.statement, /\bjson\b/i, 'jsonb'),
        };
  },
});
