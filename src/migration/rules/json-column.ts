// Rule json-column: column of type json.
import { replacedWord } from '../suggestion.ts';
import { rule } from './rule.ts';

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
  about: ['add-column', 'create-table'],
  finds: (here) => {
    const { act } = here;
    const columns = act.kind === 'add-column' ? [act.column] : act.kind === 'create-table' ? act.columns : [];
    const found = columns.filter(({ type }) => type.name === 'json');
    const [json] = found;
    return json === undefined
      ? undefined
      : {
          what: `${json.name} is json, which has no equality`,
          suggestion: replacedWord(here.statement, { word: 'JSON', times: found.length, by: 'jsonb' }),
        };
  },
});
