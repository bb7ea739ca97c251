// Rule duplicate-column-assignments: column set twice in one UPDATE or INSERT.
import { rule } from './rule.ts';

export const duplicateColumnAssignments = rule({
  id: 'duplicate-column-assignments',
  level: 'error',
  title: 'Column set twice in one UPDATE or INSERT',
  why: 'Postgres refuses it: the migration fails when it runs.',
  locks: '',
  versions: 'all',
  fix: 'Set the column once.',
  bad: "update orders set note = 'a', note = 'b' where id = 1;",
  good: "update orders set note = 'b' where id = 1;",
  about: ['update', 'insert'],
  finds: (here) => {
    const { act } = here;
    if (act.kind !== 'update' && act.kind !== 'insert') return undefined;
    const twice = act.columns.find((column, place) => act.columns.indexOf(column) !== place);
    return twice === undefined ? undefined : { what: `${twice} is set twice` };
  },
});
